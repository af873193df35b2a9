/* SPDX-License-Identifier: MIT */
/* fuzz_yaml.c - fuzz target of the YAML reader. */
#include "fuzz_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	return fuzz_one(CSM_FMT_YAML, p, n);
}
