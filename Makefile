# SPDX-License-Identifier: MIT
# csm: customer service management on the command line. `make help` lists the targets.

VERSION = 0.1.0
SOVERSION = 0

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share/csm
LIBEXECDIR ?= $(PREFIX)/libexec
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d

CC ?= cc
AR ?= ar
PKG_CONFIG ?= pkg-config
INSTALL ?= install
BUILD ?= build
# How many things are done at a time where nobody gave -j.
JOBS ?= $(shell nproc 2>/dev/null || echo 1)
export JOBS
AGAIN = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

LIB_PKGS = sqlite3 jansson yaml-0.1 libutf8proc libsodium zlib libzstd
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIB_PKGS) 2>/dev/null)
LIB_LIBS := $(shell $(PKG_CONFIG) --libs $(LIB_PKGS) 2>/dev/null)

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wundef -Wmissing-prototypes -Wstrict-prototypes -Wmissing-declarations \
	-Wformat=2 -Wcast-qual -Wwrite-strings -Wpointer-arith -Wredundant-decls -Wold-style-definition
OPT ?= -O3 -g -D_FORTIFY_SOURCE=2
SAN ?=
# How programs are linked, not the library.
EXE_LDFLAGS ?=
CFLAGS ?=
BASE_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -pthread $(WARN) $(OPT) -fno-common -fPIC -fno-semantic-interposition -fstack-protector-strong $(SAN) $(CFLAGS)
LIB_CFLAGS = $(BASE_CFLAGS) -Ilib/include -Ilib $(PKG_CFLAGS) -include lib/base/banned.h
CMD_CFLAGS = $(BASE_CFLAGS) -Ilib/include $(PKG_CFLAGS) -include cmd/banned.h -DCSM_VERSION='"$(VERSION)"' -DCSM_LIBEXEC='"$(LIBEXEC)"' -DCSM_SHARE='"$(SHARE)"'
# Where the command finds its helper programs and mappings, seen from its own folder: so it may be moved as a whole, and is the same whatever PREFIX is.
LIBEXEC := $(or $(shell realpath -m -s --relative-to='$(BINDIR)' '$(LIBEXECDIR)/csm' 2>/dev/null),../libexec/csm)
SHARE := $(or $(shell realpath -m -s --relative-to='$(BINDIR)' '$(DATADIR)' 2>/dev/null),../share/csm)

LIB_SRC = $(sort $(wildcard lib/*/*.c))
CMD_SRC = $(sort $(wildcard cmd/*.c))
LIB_OBJ = $(LIB_SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/schema.o
CMD_OBJ = $(CMD_SRC:%.c=$(BUILD)/obj/%.o)

# Helper programs, each its own process, in the folder helper/ of the build and in $(LIBEXECDIR)/csm/ when installed. One whose library is not
# here is not made: csm does without it, and says what is missing when it is asked for.
CALENDAR_CFLAGS := $(shell $(PKG_CONFIG) --cflags libical 2>/dev/null)
HELPERS := $(shell $(PKG_CONFIG) --exists libical 2>/dev/null && echo $(BUILD)/helper/csm-calendar)
CALENDAR_OBJ = $(if $(HELPERS),$(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard cmd/helper/calendar*.c))))

# A line a file; `make V=1` shows the commands.
V ?=
say = $(if $V,,@echo '$1 $@';)

all: $(BUILD)/csm $(BUILD)/libcsm.so $(or $(HELPERS),no-helpers)  ## build build/csm and build/libcsm.so

$(BUILD)/obj/lib/%.o: lib/%.c $(BUILD)/.flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(LIB_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/cmd/%.o: cmd/%.c $(BUILD)/.flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CMD_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/.dirs:
	@$(PKG_CONFIG) --exists $(LIB_PKGS) || \
		{ echo "libraries are missing ($(LIB_PKGS)); 'sh tests/setup.sh build' installs them" >&2; exit 1; }
	@mkdir -p $(BUILD)/obj && touch $@

# What was compiled with other flags, or linked from other objects, is made anew: each list is a file that changes
# only when its text does.
$(BUILD)/.flags: always | $(BUILD)/.dirs
	@echo $(call quote,$(CC) $(LIB_CFLAGS) $(CMD_CFLAGS) $(LIB_LIBS) $(LDFLAGS) $(EXE_LDFLAGS)) | $(call if-new,$@)

$(BUILD)/.objects: always | $(BUILD)/.dirs
	@echo $(call quote,$(LIB_OBJ) $(CMD_OBJ) $(CALENDAR_OBJ)) | $(call if-new,$@)

$(BUILD)/.migrations: always | $(BUILD)/.dirs
	@echo $(call quote,$(MIGRATIONS)) | $(call if-new,$@)

quote = '$(subst ','\'',$1)'
if-new = { cat >$1.$$$$; cmp -s $1.$$$$ $1 && rm $1.$$$$ || mv $1.$$$$ $1; }

# The migrations are the one way a database comes to be; they travel inside the library.
MIGRATIONS = $(sort $(wildcard schema/[0-9]*.sql))

$(BUILD)/schema.c: lib/db/embed-schema.sh $(MIGRATIONS) $(BUILD)/.migrations
	@sh lib/db/embed-schema.sh $(MIGRATIONS) > $@.tmp && mv $@.tmp $@

$(BUILD)/obj/schema.o: $(BUILD)/schema.c $(BUILD)/.flags
	$(call say,CC)$(CC) $(LIB_CFLAGS) -MMD -MP -c -o $@ $<

# The list of objects is part of what the archive depends on, so a removed source leaves it too.
$(BUILD)/libcsm.a: $(LIB_OBJ) $(BUILD)/.objects
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $(LIB_OBJ)

$(BUILD)/libcsm.so: $(LIB_OBJ) $(BUILD)/.objects lib/libcsm.sym
	$(call say,LD)$(CC) $(BASE_CFLAGS) -shared -Wl,-soname,libcsm.so.$(SOVERSION) -Wl,--version-script,lib/libcsm.sym -Wl,-z,defs -Wl,-z,relro \
		-o $@ $(LIB_OBJ) $(LIB_LIBS) $(LDFLAGS)
	@ln -sf libcsm.so $(BUILD)/libcsm.so.$(SOVERSION)

# The command links the library's objects directly: it starts faster and runs from any folder.
# Its small libraries are linked in where their archives are installed: that saves a twelfth of the time of a short command, measured by
# tests/bench/start.sh. Where an archive is missing, and for SQLite in any case, the shared ones are used.
CSM_LINK = $(CC) $(BASE_CFLAGS) $(EXE_LDFLAGS) -Wl,--as-needed -Wl,-z,relro -o $@ $(CMD_OBJ) $(BUILD)/libcsm.a
CSM_STATIC = -Wl,-Bstatic -ljansson -lyaml -lutf8proc -lsodium -lz -lzstd -Wl,-Bdynamic -lsqlite3
$(BUILD)/csm: $(CMD_OBJ) $(BUILD)/libcsm.a
	$(call say,LD)$(CSM_LINK) $(CSM_STATIC) $(LDFLAGS) 2>/dev/null || $(CSM_LINK) $(LIB_LIBS) $(LDFLAGS)

no-helpers:
	@echo "csm-calendar is not made: libical is missing; 'sh tests/setup.sh build' installs it" >&2

$(BUILD)/helper/csm-calendar: CMD_CFLAGS += $(CALENDAR_CFLAGS)
$(BUILD)/helper/csm-calendar: $(CALENDAR_OBJ) $(BUILD)/libcsm.a $(BUILD)/.objects
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(BASE_CFLAGS) $(EXE_LDFLAGS) -Wl,--as-needed -Wl,-z,relro -o $@ $(CALENDAR_OBJ) $(BUILD)/libcsm.a -lical $(LIB_LIBS) $(LDFLAGS)

# ---- the two commands: each installs what is missing, then builds and runs ----
# The flags of the libraries are read when make starts, so the work is done by a second make.
demo:  ## from an empty machine to a table of breached SLAs
	@sh tests/setup.sh demo
	@$(AGAIN) $(BUILD)/csm
	@sh tests/demo.sh $(BUILD)/csm

check:  ## from an empty machine to all tests of a user: unit tests, bats tests, quick checks
	@sh tests/setup.sh check
	@$(AGAIN) all unit
	@sh tests/check/steps.sh quick

# ---- tests ----
UNIT_SRC = $(sort $(wildcard tests/unit/t_*.c))
UNIT_BIN = $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
BATS_FILES = $(sort $(wildcard tests/*.bats))

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libcsm.a
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(LIB_CFLAGS) $(EXE_LDFLAGS) -MMD -MP -o $@ $< $(BUILD)/libcsm.a $(LIB_LIBS) $(LDFLAGS)

unit: $(UNIT_BIN)  ## build the unit tests

check-unit: $(UNIT_BIN)  ## run the unit tests
	@sh tests/run-unit.sh $(BUILD) $(UNIT_BIN)

check-valgrind: $(UNIT_BIN)  ## run the unit tests under valgrind
	@sh tests/run-unit.sh -v $(BUILD) $(UNIT_BIN)

check-bats: $(BUILD)/csm $(HELPERS)  ## run the bats tests
	@CSM_BIN=$(abspath $(BUILD))/csm sh tests/run-bats.sh $(BUILD) $(BATS_FILES)

# ---- nothing half done: see tests/fault/run.sh ----
FAULT_CFLAGS = -std=c11 $(WARN) -O2 -g -fno-omit-frame-pointer
FAULT_SRC = $(addprefix tests/fault/,main.c tree.c state.c run.c sweep.c power.c)
FAULT_BIN = $(BUILD)/fault/faults $(BUILD)/fault/fault.so $(BUILD)/fault/rec.so
# A sanitizer has an allocator of its own.
$(BUILD)/fault/%.so: tests/fault/%.c tests/fault/shim.h tests/fault/fault.h tests/fault/rec.h
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(FAULT_CFLAGS) $(if $(SAN),-DFAULT_NO_MEMORY) -fPIC -shared -o $@ $<

$(BUILD)/fault/faults: $(FAULT_SRC) $(addprefix tests/fault/,harness.h shim.h fault.h rec.h)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(FAULT_CFLAGS) -o $@ $(FAULT_SRC) -lsqlite3

faults: $(BUILD)/csm $(HELPERS) $(FAULT_BIN)

check-fault: faults  ## each command that writes, with faults at some calls: state before or after, never between
	@BUILD=$(BUILD) sh tests/fault/run.sh short

torture: faults  ## the same with a fault at every call, and what a power failure would leave
	@BUILD=$(BUILD) sh tests/fault/run.sh whole

# ---- the rules of the house, each a script of tests/check/ ----
check-floors:  ## includes point down only
	@sh tests/check/floors.sh

check-places:  ## each fault of check-planted that a script plants finds the line it changes
	@sh tests/check/planted.sh places

check-sql:  ## SQL text and the engine's header where they belong, nowhere else
	@sh tests/check/sql.sh

check-size:  ## files to 600 lines, functions to 60
	@sh tests/check/size.sh

check-symbols: $(BUILD)/libcsm.so  ## what libcsm.so exports is what its headers declare; each header stands alone
	@CC=$(call quote,$(CC)) sh tests/check/symbols.sh $(BUILD)/libcsm.so

check-data: $(LIB_OBJ)  ## no mutable file-scope state in the library
	@sh tests/check/data.sh $(LIB_OBJ)

check-banned: $(LIB_OBJ) $(CMD_OBJ) $(CALENDAR_OBJ)  ## no banned call; the library prints nothing, reads no environment and no clock
	@sh tests/check/banned.sh $(BUILD) $(LIB_OBJ) -- $(CMD_OBJ) $(CALENDAR_OBJ)

check-db: $(BUILD)/csm  ## rows and schema hold each other to account
	@sh tests/check/db.sh $(BUILD)/csm

derived: $(BUILD)/csm  ## make man pages and JSON Schema from the binary's own dump
	@sh tests/derive/derive.sh $(BUILD)/csm

check-derived: $(BUILD)/csm  ## the derived files in the tree are what the binary says
	@sh tests/check/derived.sh $(BUILD)/csm

lint:  ## cppcheck, clang-tidy, shellcheck, mandoc (LINT_FILES: these only)
	@sh tests/check/lint.sh $(LINT_FILES) -- $(LIB_CFLAGS) -Icmd

check-pg: $(BUILD)/pg-statements  ## migrations and statements on PostgreSQL 15
	@sh tests/pg/run.sh $(BUILD)/pg-statements

$(BUILD)/pg-statements: tests/pg/statements.c $(BUILD)/libcsm.a
	$(call say,LD)$(CC) $(LIB_CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libcsm.a $(LIB_LIBS) $(LDFLAGS)

asan: asan-unit asan-bats  ## unit and bats tests with the address and undefined-behaviour sanitizers

asan-build:
	@$(AGAIN) $(ASAN) $(ASAN_PROGRAMS) unit

asan-unit:
	@$(AGAIN) $(ASAN) unit
	@$(MAKE) --no-print-directory $(ASAN) check-unit

# What looks at texts, shells and other programs rather than at csm runs once, in `make check`.
TEXT_BATS = $(patsubst %,tests/%.bats,docs-man docs-schema completion readme demo)
asan-bats:
	@$(AGAIN) $(ASAN) $(ASAN_PROGRAMS)
	@$(MAKE) --no-print-directory $(ASAN) BATS_FILES='$(filter-out $(TEXT_BATS),$(BATS_FILES))' check-bats

# The thread that inserts the rows of a long load, with the sanitizer that finds races. SQLite is as it is installed; what goes to it and fro is seen.
THREADS_SRC = tests/unit/t_db_writer.c $(sort $(wildcard lib/base/*.c lib/db/*.c)) $(BUILD)/schema.c
check-threads: $(BUILD)/schema.c  ## the unit test of the writing thread with the thread sanitizer
	$(call say,LD)$(CC) $(LIB_CFLAGS) -O1 -g -fsanitize=thread -o $(BUILD)/t_threads $(THREADS_SRC) $(LIB_LIBS) $(LDFLAGS)
	@$(BUILD)/t_threads

ASAN_BUILD = build-asan
ASAN_PROGRAMS = $(ASAN_BUILD)/csm $(HELPERS:$(BUILD)/%=$(ASAN_BUILD)/%)
# The bats tests start thousands of processes: one at a fixed place, with the sanitizer linked in, starts a quarter faster.
ASAN = BUILD=$(ASAN_BUILD) EXE_LDFLAGS='-no-pie -static-libasan -static-libubsan' OPT='-O1 -g -fno-omit-frame-pointer' CFLAGS=-Werror SAN='-fsanitize=address,undefined -fno-sanitize-recover=all'

# ---- long runs; CI has a short form of each ----
FUZZ_SECONDS ?= 600
FUZZ_SRC = $(sort $(wildcard lib/base/*.c lib/io/*.c))
FUZZ = clang $(WARN) -std=c11 -D_POSIX_C_SOURCE=200809L -DCSM_FUZZER -O1 -g -fsanitize=fuzzer,address,undefined -Ilib/include -Ilib \
	-Icmd/helper -include lib/base/banned.h $(PKG_CFLAGS) $(CALENDAR_CFLAGS)
CALENDAR_FUZZ_SRC = $(sort $(wildcard lib/cal/*.c)) $(filter-out %/calendar.c,$(sort $(wildcard cmd/helper/calendar*.c)))
MAP_FUZZ_SRC = $(sort $(wildcard lib/xfer/map*.c))
fuzz: $(BUILD)/libcsm.a  ## libFuzzer on the readers and on mappings, FUZZ_SECONDS each (needs clang)
	@for reader in json yaml csv decode calendar map; do \
		mkdir -p $(BUILD)/fuzz/$$reader && \
		seeds=; \
		case $$reader in calendar) more="$(CALENDAR_FUZZ_SRC) -lical"; dict=-dict=tests/fuzz/calendar.dict;; \
			map) more="$(MAP_FUZZ_SRC) $(BUILD)/libcsm.a"; dict="-dict=tests/fuzz/map.dict"; seeds="schema/map tests/fuzz/map";; \
			*) more=; dict=;; esac && \
		$(FUZZ) -o $(BUILD)/fuzz/fuzz_$$reader tests/fuzz/fuzz_$$reader.c $(FUZZ_SRC) $$more $(LIB_LIBS) && \
		$(BUILD)/fuzz/fuzz_$$reader -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 -artifact_prefix=$(BUILD)/fuzz/ $$dict \
			$(BUILD)/fuzz/$$reader $$seeds >$(BUILD)/fuzz/$$reader.log 2>&1 || { tail -n 30 $(BUILD)/fuzz/$$reader.log; exit 1; }; \
		tail -n 1 $(BUILD)/fuzz/$$reader.log; \
	done

BENCH_PAIRS ?= 500
BENCH_CASES ?= 100000
BENCH_ROUNDS ?= 5
BENCH_COUNTED ?= 10000
BENCH_MEMORY ?= 100000
bench: $(BUILD)/csm  ## figures side by side, see tests/bench/RESULTS.md
	@tests/bench/start.sh $(BENCH_PAIRS) $(BENCH_CASES)
	@tests/bench/sla.sh $(BENCH_CASES)
	@tests/bench/load.sh $(BENCH_CASES) $(BENCH_ROUNDS) $(BENCH_COUNTED)
	@tests/bench/export.sh $(BENCH_CASES) $(BENCH_ROUNDS) $(BENCH_COUNTED)
	@tests/bench/memory.sh $(BENCH_MEMORY)
	@$(CC) $(LIB_CFLAGS) -o $(BUILD)/cal_bench tests/bench/cal_bench.c $(BUILD)/libcsm.a $(LIB_LIBS)
	@$(BUILD)/cal_bench

check-both: check-gcc check-clang  ## everything compiles without a warning, with gcc and with clang

check-gcc:
	@$(AGAIN) BUILD=build-gcc CC=gcc CFLAGS=-Werror all unit build-gcc/pg-statements

check-clang:
	@$(AGAIN) BUILD=build-clang CC=clang CFLAGS=-Werror all unit build-clang/pg-statements

check-install: all  ## install, use what is installed, uninstall
	@sh tests/check/install.sh

check-clone:  ## what is committed builds and installs in a fresh clone
	@sh tests/check/clone.sh

check-planted: all  ## each check fails on a fault planted for it
	@sh tests/check/planted.sh

check-bare:  ## the two commands on a bare Debian 12 (needs root, debootstrap and a network)
	@bash tests/check/bare.sh

# ---- install ----
install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR)/csm $(DESTDIR)$(MANDIR)/man1 \
		$(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR) \
		$(DESTDIR)$(DATADIR)/map $(DESTDIR)$(DATADIR)/json
	$(INSTALL) -m 755 $(BUILD)/csm $(DESTDIR)$(BINDIR)/csm
	$(INSTALL) -m 755 $(BUILD)/libcsm.so $(DESTDIR)$(LIBDIR)/libcsm.so.$(VERSION)
	$(if $(HELPERS),$(INSTALL) -d $(DESTDIR)$(LIBEXECDIR)/csm && $(INSTALL) -m 755 $(HELPERS) $(DESTDIR)$(LIBEXECDIR)/csm/)
	ln -sf libcsm.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libcsm.so.$(SOVERSION)
	ln -sf libcsm.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libcsm.so
	$(INSTALL) -m 644 lib/include/csm/*.h $(DESTDIR)$(INCLUDEDIR)/csm/
	sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@LIBDIR@|$(LIBDIR)|g' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|g' \
		-e 's|@VERSION@|$(VERSION)|g' -e 's|@PKGS@|$(LIB_PKGS)|g' lib/csm.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/csm.pc
	chmod 644 $(DESTDIR)$(LIBDIR)/pkgconfig/csm.pc
	$(INSTALL) -m 644 man/*.1 $(DESTDIR)$(MANDIR)/man1/
	$(INSTALL) -m 644 man/*.5 $(DESTDIR)$(MANDIR)/man5/
	$(INSTALL) -m 644 completions/csm.bash $(DESTDIR)$(BASHDIR)/csm
	$(INSTALL) -m 644 completions/_csm $(DESTDIR)$(ZSHDIR)/_csm
	$(INSTALL) -m 644 completions/csm.fish $(DESTDIR)$(FISHDIR)/csm.fish
	$(INSTALL) -m 644 schema/map/* $(DESTDIR)$(DATADIR)/map/
	$(INSTALL) -m 644 schema/json/* $(DESTDIR)$(DATADIR)/json/

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/csm $(DESTDIR)$(LIBDIR)/libcsm.so $(DESTDIR)$(LIBDIR)/libcsm.so.$(SOVERSION) \
		$(DESTDIR)$(LIBDIR)/libcsm.so.$(VERSION) $(DESTDIR)$(LIBDIR)/pkgconfig/csm.pc \
		$(DESTDIR)$(BASHDIR)/csm $(DESTDIR)$(ZSHDIR)/_csm $(DESTDIR)$(FISHDIR)/csm.fish
	rm -f $(patsubst man/%,$(DESTDIR)$(MANDIR)/man1/%,$(wildcard man/*.1)) \
		$(patsubst man/%,$(DESTDIR)$(MANDIR)/man5/%,$(wildcard man/*.5))
	rm -rf $(DESTDIR)$(INCLUDEDIR)/csm $(DESTDIR)$(DATADIR) $(DESTDIR)$(LIBEXECDIR)/csm

clean:  ## remove everything that was built
	rm -rf build build-gcc build-clang build-asan $(BUILD)

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1\t\2/p' Makefile | expand -t 18

-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(CALENDAR_OBJ:.o=.d) $(UNIT_BIN:=.d) $(BUILD)/pg-statements.d

.PHONY: all no-helpers always faults check-fault torture fuzz bench demo check unit check-unit check-valgrind check-bats check-floors check-places check-sql check-size check-symbols check-data \
	check-banned check-db derived check-derived lint check-pg asan asan-build asan-unit asan-bats check-threads check-both check-gcc check-clang check-install check-clone check-planted check-bare \
	install uninstall clean help
.DELETE_ON_ERROR:
