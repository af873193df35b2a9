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
