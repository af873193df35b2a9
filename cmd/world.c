/* SPDX-License-Identifier: MIT */
/* world.c - the one place that reads environment, clock and terminal. */
#include <pwd.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli_priv.h"

const struct cli_envvar cli_envvars[] = {
	{ "CSM_DB", "The database file, like --db" },
	{ "CSM_NOW", "The clock, like --now" },
	{ "CSM_USER", "The acting user, like --as" },
	{ "CSM_OUTPUT", "The format of output, like -o" },
	{ "CSM_WAIT", "Seconds to wait for a lock, like --wait" },
	{ "CSM_TZ", "Time zone in which times are shown, like --tz" },
	{ "CSM_CONFIG", "The configuration file instead of $XDG_CONFIG_HOME/csm/config" },
	{ "CSM_PAGER", "Pager of help, show and log on a terminal; before PAGER, which is before less" },
	{ "CSM_EDITOR", "Editor of `edit`; before VISUAL and EDITOR" },
	{ "CSM_HELPER_SECONDS", "Seconds a helper program may take" },
	{ "CSM_LIBEXEC", "Folder of the helper programs; unset: ../libexec/csm, seen from the folder of csm" },
	{ "CSM_SHARE", "Folder of the files that come with csm; unset: ../share/csm, seen from the folder of csm" },
	{ "CSM_TZDIR", "Folder of the time zone files, /usr/share/zoneinfo when unset" },
	{ "PAGER", "Pager when CSM_PAGER is unset" },
	{ "VISUAL", "Editor when CSM_EDITOR is unset" },
	{ "EDITOR", "Editor when VISUAL is unset" },
	{ "NO_COLOR", "Not empty: no colour" },
	{ "CLICOLOR_FORCE", "Not empty and not 0: colour even when standard output is no terminal" },
	{ "TERM", "dumb: no colour" },
	{ "COLUMNS", "Width of tables and pages; without it the terminal is asked" },
	{ "XDG_DATA_HOME", "Where csm/csm.db is when nothing names a database; ~/.local/share when unset" },
	{ "XDG_CONFIG_HOME", "Where csm/config is; ~/.config when unset" },
	{ "HOME", "Home folder" },
	{ "LOGNAME", "Name of the operating-system user; without it USER, then the password database" },
	{ "PATH", "Where csm-NAME is looked for as csm NAME" },
	{ NULL, NULL },
};

const char *cli_getenv(const char *name)
{
	const char *s = getenv(name);

	return s && *s ? s : NULL;
}

static unsigned columns(const struct cli_world *w)
{
	const char *s = cli_getenv("COLUMNS");
	struct winsize size;
	long n;

	if (s) {
		n = strtol(s, NULL, 10);
		if (n >= 20 && n <= 10000)
			return (unsigned)n;
	}
	if (!w->tty_out)
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return 80;
}

void cli_world_color(struct cli_world *w, bool no_color)
{
	const char *force = cli_getenv("CLICOLOR_FORCE"), *term = cli_getenv("TERM");

	w->color = w->tty_out && term && strcmp(term, "dumb") != 0;
	if (force && strcmp(force, "0") != 0)
		w->color = true;
	if (cli_getenv("NO_COLOR") || no_color)
		w->color = false;
}

int64_t cli_clock(void)
{
	return (int64_t)time(NULL);
}

int64_t cli_ticks(void)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void cli_world_init(struct cli_world *w, struct csm_arena *a)
{
	*w = (struct cli_world){ .arena = a, .clock = cli_clock() };
	w->tty_in = isatty(STDIN_FILENO) == 1;
	w->tty_out = isatty(STDOUT_FILENO) == 1;
	w->tty_err = isatty(STDERR_FILENO) == 1;
	w->width = columns(w);
	cli_world_color(w, false);
}

const char *cli_default_db(struct csm_arena *a)
{
	const char *data = cli_getenv("XDG_DATA_HOME"), *home = cli_getenv("HOME");

	/* The XDG specification: a relative path is to be taken as unset. */
	if (data && *data == '/')
		return csm_sprintf(a, "%s/csm/csm.db", data);
	return home ? csm_sprintf(a, "%s/.local/share/csm/csm.db", home) : NULL;
}

const char *cli_os_user(struct csm_arena *a)
{
	const char *name = cli_getenv("LOGNAME");
	struct passwd *pw;

	/*
	 * The environment first: the password database may ask the network, and CSM_USER could say anything
	 * anyway.
	 */
	if (!name)
		name = cli_getenv("USER");
	if (name)
		return csm_strdup(a, name);
	pw = getpwuid(getuid());
	return pw ? csm_strdup(a, pw->pw_name) : csm_sprintf(a, "uid%lu", (unsigned long)getuid());
}
