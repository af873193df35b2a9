/* SPDX-License-Identifier: MIT */
/*
 * anon_words.c - names that are nobody's. People and places are made of sounds, since in any list of real names
 * some would be those of the people who are to stay unknown; companies and things are called by two words.
 */
#include "anon.h"

#define WORDS 64
#define ENDINGS 8

static const char *const words[][WORDS] = {
	[XFER_COLOURS] = {
		"Amber", "Apricot", "Ashen", "Auburn", "Azure", "Beige", "Blue", "Brass", "Bright", "Bronze", "Brown",
		"Carmine", "Chalk", "Cherry", "Clear", "Cobalt", "Copper", "Coral", "Cream", "Crimson", "Dark", "Dusky",
		"Ebony", "Emerald", "Golden", "Green", "Grey", "Hazel", "Indigo", "Ivory", "Jade", "Khaki", "Lemon",
		"Light", "Lilac", "Lime", "Linen", "Maroon", "Mauve", "Mint", "Misty", "Navy", "Ochre", "Olive", "Orange",
		"Pale", "Pearl", "Pink", "Plum", "Purple", "Red", "Rose", "Ruby", "Rusty", "Sable", "Sand", "Scarlet",
		"Silver", "Slate", "Teal", "Umber", "Violet", "White", "Yellow",
	},
	[XFER_THINGS] = {
		"Acorn", "Anchor", "Anvil", "Arrow", "Badger", "Beacon", "Birch", "Bridge", "Candle", "Canyon", "Castle",
		"Cedar", "Circle", "Cloud", "Comet", "Compass", "Crane", "Delta", "Dolphin", "Eagle", "Ember", "Falcon",
		"Feather", "Fern", "Fjord", "Forest", "Fountain", "Garden", "Glacier", "Harbor", "Heron", "Horizon",
		"Island", "Kettle", "Lantern", "Lark", "Lighthouse", "Maple", "Meadow", "Mill", "Mountain", "Oak",
		"Orchard", "Otter", "Pebble", "Pine", "Planet", "Prairie", "Quartz", "Raven", "Ridge", "River", "Robin",
		"Saddle", "Spruce", "Summit", "Swan", "Thistle", "Tower", "Valley", "Willow", "Window", "Wren", "Zephyr",
	},
};

static const char *const endings[][ENDINGS] = {
	[XFER_GIVEN] = { "ix", "umo", "ari", "eko", "ully", "onda", "imbi", "etto" },
	[XFER_FAMILY] = { "wick", "gast", "quist", "thorn", "skar", "veld", "brim", "mont" },
	[XFER_PLACE] = { "burgh", "haven", "ford", "sund", "mere", "holt", "dale", "stead" },
};

const char *xfer_anon_word(enum xfer_words list, uint64_t hash)
{
	return words[list][hash % WORDS];
}

const char *xfer_anon_made(enum xfer_made kind, uint64_t hash, struct csm_arena *a)
{
	static const char consonants[] = "bdfghklmnprstvwz", vowels[] = "aeiou";
	char stem[6] = { 0 };

	/* "Dakor" before "wick", "Tor" before "umo" */
	for (unsigned i = 0; i < (kind == XFER_GIVEN ? 3 : 5); i++) {
		stem[i] = i % 2 ? vowels[hash % (sizeof(vowels) - 1)] : consonants[hash % (sizeof(consonants) - 1)];
		hash /= 16;
	}
	stem[0] = (char)(stem[0] - 'a' + 'A');
	return csm_sprintf(a, "%s%s", stem, endings[kind][hash % ENDINGS]);
}
