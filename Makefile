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
LIBEXECDIR ?= $(PREFIX)/libexec/csm

CC ?= cc
AR ?= ar
PKG_CONFIG ?= pkg-config
BUILD ?= build

LIB_PKGS = sqlite3 jansson yaml-0.1 libutf8proc libsodium smartcols
CMD_PKGS = popt
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIB_PKGS) $(CMD_PKGS) 2>/dev/null)
LIB_LIBS := $(shell $(PKG_CONFIG) --libs $(LIB_PKGS) 2>/dev/null)
CMD_LIBS := $(shell $(PKG_CONFIG) --libs $(CMD_PKGS) 2>/dev/null)

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wundef -Wmissing-prototypes -Wstrict-prototypes -Wmissing-declarations \
	-Wformat=2 -Wcast-qual -Wwrite-strings -Wpointer-arith -Wredundant-decls -Wold-style-definition
OPT ?= -O2 -g -D_FORTIFY_SOURCE=2
SAN ?=
CFLAGS ?=
BASE_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L $(WARN) $(OPT) -fno-common -fPIC -fstack-protector-strong $(SAN) $(CFLAGS)
LIB_CFLAGS = $(BASE_CFLAGS) -Ilib/include -Ilib $(PKG_CFLAGS) -include lib/base/banned.h
CMD_CFLAGS = $(BASE_CFLAGS) -Ilib/include $(PKG_CFLAGS) -include cmd/banned.h

LIB_SRC = $(sort $(wildcard lib/*/*.c))
CMD_SRC = $(sort $(wildcard cmd/*.c))
LIB_OBJ = $(LIB_SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/schema.o
CMD_OBJ = $(CMD_SRC:%.c=$(BUILD)/obj/%.o)

all: $(BUILD)/csm $(BUILD)/libcsm.so

$(BUILD)/obj/lib/%.o: lib/%.c | $(BUILD)/.dirs
	@mkdir -p $(@D)
	$(CC) $(LIB_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/cmd/%.o: cmd/%.c | $(BUILD)/.dirs
	@mkdir -p $(@D)
	$(CC) $(CMD_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/.dirs:
	@mkdir -p $(BUILD)/obj && touch $@

# The migrations are the one way a database comes to be; they travel inside the library.
$(BUILD)/schema.c: lib/db/embed-schema.sh $(sort $(wildcard schema/[0-9]*.sql)) | $(BUILD)/.dirs
	sh lib/db/embed-schema.sh $(sort $(wildcard schema/[0-9]*.sql)) > $@.tmp && mv $@.tmp $@

$(BUILD)/obj/schema.o: $(BUILD)/schema.c
	$(CC) $(LIB_CFLAGS) -MMD -MP -c -o $@ $<

# The list of objects is part of what the archive depends on, so a removed source leaves it too.
$(BUILD)/libcsm.a: $(LIB_OBJ)
	rm -f $@
	$(AR) rcs $@ $(LIB_OBJ)

$(BUILD)/libcsm.so: $(LIB_OBJ) lib/libcsm.sym
	$(CC) $(BASE_CFLAGS) -shared -Wl,-soname,libcsm.so.$(SOVERSION) -Wl,--version-script,lib/libcsm.sym -Wl,-z,defs -Wl,-z,relro \
		-o $@ $(LIB_OBJ) $(LIB_LIBS) $(LDFLAGS)
	ln -sf libcsm.so $(BUILD)/libcsm.so.$(SOVERSION)

# The command links the library's objects directly: it starts faster and runs from any folder.
$(BUILD)/csm: $(CMD_OBJ) $(BUILD)/libcsm.a
	$(CC) $(BASE_CFLAGS) -Wl,--as-needed -Wl,-z,relro -o $@ $(CMD_OBJ) $(BUILD)/libcsm.a $(LIB_LIBS) $(CMD_LIBS) $(LDFLAGS)

# ---- tests ----
UNIT_SRC = $(sort $(wildcard tests/unit/t_*.c))
UNIT_BIN = $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libcsm.a
	@mkdir -p $(@D)
	$(CC) $(LIB_CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libcsm.a $(LIB_LIBS) $(LDFLAGS)

unit: $(UNIT_BIN)

check-unit: $(UNIT_BIN)
	sh tests/run-unit.sh $(BUILD) $(UNIT_BIN)

check-valgrind: $(UNIT_BIN)
	sh tests/run-unit.sh -v $(BUILD) $(UNIT_BIN)

-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(UNIT_BIN:=.d)

.PHONY: all unit check-unit check-valgrind
.DELETE_ON_ERROR:
