/* SPDX-License-Identifier: MIT */
/* metrics.c - figures as OpenMetrics text: families of gauges with labels, ended by # EOF. */
#include "io_priv.h"

/* Help and label values escape alike: backslash, newline and quote. */
static void add_escaped(struct csm_buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '\n') {
			csm_buf_add(b, "\\n");
			continue;
		}
		if (*s == '\\' || *s == '"')
			csm_buf_addc(b, '\\');
		csm_buf_addc(b, *s);
	}
}

void csm_metrics_family(struct csm_buf *b, const char *name, const char *unit, const char *help)
{
	csm_buf_addf(b, "# TYPE %s gauge\n", name);
	if (unit)
		csm_buf_addf(b, "# UNIT %s %s\n", name, unit);
	csm_buf_addf(b, "# HELP %s ", name);
	add_escaped(b, help);
	csm_buf_addc(b, '\n');
}

void csm_metrics_sample(struct csm_buf *b, const char *name, const struct csm_label *labels, unsigned n,
			const char *value)
{
	bool any = false;

	csm_buf_add(b, name);
	for (unsigned i = 0; i < n; i++) {
		if (!labels[i].value)
			continue;
		csm_buf_addf(b, "%s%s=\"", any ? "," : "{", labels[i].name);
		add_escaped(b, labels[i].value);
		csm_buf_addc(b, '"');
		any = true;
	}
	csm_buf_addf(b, "%s %s\n", any ? "}" : "", value);
}

void csm_metrics_end(struct csm_buf *b)
{
	csm_buf_add(b, "# EOF\n");
}
