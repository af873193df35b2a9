/* SPDX-License-Identifier: MIT */
/* fuzz_json.c - fuzz target of the JSON and NDJSON readers. */
#include "fuzz_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	fuzz_one(CSM_FMT_NDJSON, p, n);
	return fuzz_one(CSM_FMT_JSON, p, n);
}
