// Chance, the same for the same seed.

let state = 0;
let seeded = 0;

// A page begins; its number is its seed.
export function begin(seed) {
    seeded = seed;
    state = seed | 0;
}

export const number = () => seeded;

// 0 .. n - 1 (mulberry32: neighbouring seeds have nothing in common).
export function chance(n) {
    state = (state + 0x6D2B79F5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % n;
}

export const pick = (list) => list[chance(list.length)];
export const odds = (n) => chance(n) === 0;
export const times = (n, make) => Array.from({ length: n }, make).join('');

// weigh([[WEIGHT, MAKE], …]): what one of them makes.
export function weigh(rows) {
    let at = chance(rows.reduce((sum, [weight]) => sum + weight, 0));

    return rows.find(([weight]) => (at -= weight) < 0)[1]();
}
