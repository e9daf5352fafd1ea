# ngx-consent: every task a person does, one target each; `make help`.

SHELL   := /bin/bash
BUILD   ?= build

# By one name: what the .d files say of /here/build, make does not see in build.
override BUILD := $(patsubst $(CURDIR)/%,%,$(BUILD))

Q       := $(if $(V),,@)
SAY      = @echo "  $(1)"
CC      ?= cc
PREFIX  ?= /usr

CORE_LIBS := -lcrypto -lpcre2-8 -lpsl -lidn2 -ljansson -lz

# br and zstd are decoded where their libraries' headers are.
have = $(shell echo '\#include <$(1)>' | $(CC) -E -xc - >/dev/null 2>&1 && echo y)
CODINGS   :=
TEST_LIBS :=

ifeq ($(call have,brotli/decode.h),y)
CODINGS   += -DCG_HAVE_BROTLI
CORE_LIBS += -lbrotlidec
TEST_LIBS += -lbrotlienc
endif

ifeq ($(call have,zstd.h),y)
CODINGS   += -DCG_HAVE_ZSTD
CORE_LIBS += -lzstd
endif

WARN   := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes \
          -Wmissing-prototypes -Wcast-qual -Werror
CFLAGS ?= -O2 -g
CORE   := -std=c99 -D_POSIX_C_SOURCE=200809L -fPIC -fvisibility=hidden \
          $(WARN) $(CODINGS) -Isrc -I$(BUILD)/gen
SAN    := -fsanitize=address,undefined -fno-sanitize-recover=all \
          -fno-omit-frame-pointer

# The core library is every room but ctl, which is the program around it.
ROOMS     := base address charset coding html url cookie policy gate consent evidence notice
CORE_SRC  := $(foreach room,$(ROOMS),$(wildcard src/$(room)/*.c))
CTL_SRC   := $(wildcard src/ctl/*.c)
UNIT_SRC  := $(wildcard tests/unit_*.c)
FUZZ_SRC  := $(filter-out tests/fuzz_main.c,$(wildcard tests/fuzz_*.c))
TOOL_SRC  := $(wildcard tests/tool_*.c)
GLUE_SRC  := $(wildcard ngx_module/*.c ngx_module/*.h ngx_module/*.map)
DEPS      := tests/packages

CORE_OBJ  := $(CORE_SRC:src/%.c=$(BUILD)/core/%.o)
SAN_OBJ   := $(CORE_SRC:src/%.c=$(BUILD)/san/%.o)
FUZZ_OBJ  := $(CORE_SRC:src/%.c=$(BUILD)/fuzz/core/%.o)
UNITS     := $(UNIT_SRC:tests/%.c=$(BUILD)/tests/%)
CORPORA   := $(FUZZ_SRC:tests/%.c=$(BUILD)/tests/%)
FUZZERS   := $(FUZZ_SRC:tests/%.c=$(BUILD)/fuzz/%)
TOOLS     := $(TOOL_SRC:tests/tool_%.c=$(BUILD)/tests/%)

GEN := $(BUILD)/gen/cg_embedded.h $(BUILD)/gen/cg_owner_table.h
EMBEDDED := $(wildcard src/web/*.css src/web/*.js src/consent/*.lua conf/messages/*.msg conf/messages/*.txt)

.DELETE_ON_ERROR:
.PHONY: all help asan bench bench-core bench-store packages run test test-faults unit units integration \
        browser shots lint format clean fuzz fuzzers differential install core ctl module tools

##@ Everyday
all:             ## build module and consentctl into build/
	@tests/packages build
	@$(MAKE) --no-print-directory module ctl

help:            ## this list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { print substr($$0, 5) } \
	  /^[a-z-]+:.*## / { sub(/:.*/, "", $$1); printf "  make %-12s %s\n", $$1, $$2 }' \
	  $(firstword $(MAKEFILE_LIST))

run:             ## the demo on loopback, POLICY=cc-link; Ctrl-C stops it
	@tests/packages build run
	@$(MAKE) --no-print-directory module ctl
	@exec conf/demo/run

test:            ## everything: units, lint, integration, browser
	@tests/packages
	@$(MAKE) --no-print-directory -j$(CORES) module ctl tools units
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory unit
	@CG_REQUIRE=1 $(MAKE) --no-print-directory integration

##@ Parts of the test
# What is compiled keeps every core busy; files of tests wait most of the time,
# one more than two cores have of them fills their pauses.
CORES ?= $(shell nproc)
JOBS  ?= 3

# The longest first, those that wait beside those that work, so that none of
# them is left alone at the end.
LONG := $(addprefix t/,cluster.t browser/corpus.t recover.t sentinel.t \
          browser/vectors.t cache_race.t journal.t browser/first_visit.t \
          redis_replies.t pages.t config_errors.t browser/axe.t journal_files.t \
          redis_garbage.t browser/differential.t feed.t browser/autoconsent.t \
          browser/report.t redis_names.t browser/charset.t redis_line.t faults.t \
          descriptors.t bounded.t)
INTEGRATION := $(wildcard $(LONG)) \
               $(filter-out $(LONG),$(sort $(wildcard t/*.t t/browser/*.t)))

units: $(UNITS) $(CORPORA) $(TOOLS)

unit: units ctl   ## the core's units, under ASan and UBSan
	prove -j$(JOBS) --failures --timer $(UNITS) $(wildcard tests/*.t)

asan:            ## integration, the module linked into an nginx under ASan
	@tests/packages build test
	@BUILD=$(BUILD) tests/asan

integration: module ctl   ## real nginx, real Redis, real Chromium
	prove -j$(JOBS) --failures --timer -It/lib $(INTEGRATION)

test-faults:     ## kills, stops, reloads, bad networks under load: long forms
	@tests/packages build run test
	@$(MAKE) --no-print-directory module ctl
	CONSENT_ROUNDS=long CG_REQUIRE=1 prove --failures --timer -It/lib \
	  t/history.t $(sort $(wildcard t/faults*.t))

SECONDS ?= 20
FUZZ    ?=

fuzz:            ## fuzz targets, SECONDS=20 each; FUZZ="html gate" some
	@tests/packages build fuzz
	@$(MAKE) --no-print-directory fuzzers
	@BUILD=$(BUILD) tests/fuzz $(SECONDS) $(FUZZ)

ORACLE  ?= parse5
CASES   ?= $(if $(filter chromium,$(ORACLE)),3000,100000)

differential:    ## pages with trackers: gate against ORACLE=parse5|chromium, CASES
	@tests/packages build test
	@$(MAKE) --no-print-directory tools
	@BUILD=$(BUILD) node \
	  tests/differential$(patsubst %,-%,$(filter-out parse5,$(ORACLE))).mjs \
	  --cases $(CASES) $(if $(SEED),--seed $(SEED))

SHOTS   ?=

shots:           ## pictures of what visitors see: build/shots; SHOTS=box-ja-phone
	@tests/packages build run test
	@$(MAKE) --no-print-directory module ctl
	@BUILD=$(BUILD) tests/shots $(SHOTS)

lint:            ## arrows, banned calls, line lengths, whitespace
	@tests/lint

bench:           ## what the gate costs beside nginx's own filters
	@tests/packages build run bench
	@$(MAKE) --no-print-directory module ctl
	@tests/bench

bench-core:      ## the core alone: instructions a byte of each stage, GB/s
	@tests/packages build run bench
	@$(MAKE) --no-print-directory tools
	@BUILD=$(BUILD) tests/bench-core

bench-store:     ## forged tokens, look-ups, a Redis that is away, decisions, memory
	@tests/packages build run bench
	@$(MAKE) --no-print-directory module ctl
	@tests/bench-store

##@ Upkeep
format:          ## trailing blanks and tabs out of our sources
	@git ls-files -- '*.c' '*.h' '*.js' '*.css' '*.mjs' '*.t' '*.pm' '*.sh' \
	  | xargs sed -i -e 's/[ 	]*$$//'

packages:        ## install what is missing (Debian and npm packages)
	@tests/packages

install: all     ## module, consentctl and conf into PREFIX and /etc/nginx/consent
	install -D -m 644 $(BUILD)/ngx_http_consent_module.so \
	  $(DESTDIR)$(PREFIX)/lib/nginx/modules/ngx_http_consent_module.so
	install -D -m 755 $(BUILD)/consentctl $(DESTDIR)$(PREFIX)/bin/consentctl
	install -D -m 644 docs/consentctl.1 \
	  $(DESTDIR)$(PREFIX)/share/man/man1/consentctl.1
	install -d $(DESTDIR)/etc/nginx/consent/vendors $(DESTDIR)/etc/nginx/consent/policies
	install -m 644 conf/vendors/*.conf $(DESTDIR)/etc/nginx/consent/vendors/
	install -m 644 conf/policies/*.conf $(DESTDIR)/etc/nginx/consent/policies/

clean:           ## remove build/
	rm -rf $(BUILD)

# ---- the core library, twice: as shipped, and under the sanitizers

core: $(BUILD)/libcg.a

$(BUILD)/libcg.a: $(CORE_OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/libcg-san.a: $(SAN_OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/core/%.o: src/%.c | $(GEN)
	@mkdir -p $(@D)
	$(call SAY,CC $@)
	$(Q)$(CC) $(CORE) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/san/%.o: src/%.c | $(GEN)
	@mkdir -p $(@D)
	$(call SAY,CC $@)
	$(Q)$(CC) $(CORE) -O1 -g $(SAN) -MMD -MP -c -o $@ $<

$(BUILD)/gen/cg_embedded.h: src/embed $(EMBEDDED)
	@mkdir -p $(@D)
	$(Q)src/embed $(EMBEDDED) > $@

$(BUILD)/gen/cg_owner_table.h: src/policy/owners conf/entities.tsv
	@mkdir -p $(@D)
	$(Q)src/policy/owners conf/entities.tsv > $@

TESTING := $(filter-out -Wcast-qual,$(CORE)) -Itests

$(BUILD)/tests/unit_%: tests/unit_%.c $(BUILD)/libcg-san.a
	@mkdir -p $(@D)
	$(call SAY,CC $@)
	$(Q)$(CC) $(TESTING) -O1 -g $(SAN) -MMD -MP -o $@ $< \
	  $(BUILD)/libcg-san.a $(CORE_LIBS) $(TEST_LIBS)

# ---- fuzz targets: with libFuzzer, and as units that run their corpus

FUZZ_CC  := clang
FUZZ_SAN := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
            -fno-sanitize-recover=all -fno-omit-frame-pointer

$(BUILD)/tests/fuzz_%: tests/fuzz_%.c tests/fuzz_main.c $(BUILD)/libcg-san.a
	@mkdir -p $(@D)
	$(call SAY,CC $@)
	$(Q)$(CC) $(TESTING) -O1 -g $(SAN) -MMD -MP -MF $@.d -o $@ $< \
	  tests/fuzz_main.c $(BUILD)/libcg-san.a $(CORE_LIBS)

fuzzers: $(FUZZERS)

$(BUILD)/fuzz/fuzz_%: tests/fuzz_%.c $(BUILD)/fuzz/libcg.a
	$(call SAY,CC $@)
	$(Q)$(FUZZ_CC) $(TESTING) $(FUZZ_SAN) -fsanitize=fuzzer -MMD -MP -MF $@.d \
	  -o $@ $< $(BUILD)/fuzz/libcg.a $(CORE_LIBS)

$(BUILD)/fuzz/libcg.a: $(FUZZ_OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/fuzz/core/%.o: src/%.c | $(GEN)
	@mkdir -p $(@D)
	$(call SAY,CC $@)
	$(Q)$(FUZZ_CC) $(CORE) $(FUZZ_SAN) -MMD -MP -c -o $@ $<

tools: $(TOOLS)

$(BUILD)/tests/%: tests/tool_%.c $(BUILD)/libcg.a
	@mkdir -p $(@D)
	$(call SAY,CC $@)
	$(Q)$(CC) $(TESTING) $(CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libcg.a \
	  $(CORE_LIBS)

ctl: $(BUILD)/consentctl

$(BUILD)/consentctl: $(CTL_SRC:src/%.c=$(BUILD)/core/%.o) $(BUILD)/libcg.a
	$(Q)$(CC) -o $@ $^ $(CORE_LIBS) -lhiredis -lssl

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- the module, against the headers of the nginx that is installed

NGX_SRC ?= $(firstword $(wildcard /usr/share/nginx/src))

module: $(BUILD)/ngx_http_consent_module.so

$(BUILD)/ngx_http_consent_module.so: config $(GLUE_SRC) $(CORE_SRC) \
  $(wildcard src/*/*.h) $(GEN)
	@BUILD=$(BUILD) NGX_SRC=$(NGX_SRC) ngx_module/build

