/* SPDX-License-Identifier: MIT */
/* fuzz_csv.c - fuzz target of the CSV and TSV readers. */
#include "fuzz_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	fuzz_one(CSM_FMT_TSV, p, n);
	return fuzz_one(CSM_FMT_CSV, p, n);
}
