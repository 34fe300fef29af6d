/** An authenticator app: oathtool where it is installed, else RFC 6238 by hand. It shows each step's code once, and waits for the next step where it must. */

import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { findOathtool } from "../../../scripts/lib/oathtool.mjs";

const STEP = 30;
const BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code of a key (base 32) at a time in seconds, as oathtool reckons it; undefined where it isn't installed. */
export function oathtoolCode(key, seconds) {
  const oathtool = findOathtool();
  const time = new Date(seconds * 1000).toISOString().replace("T", " ").replace(/\.\d+Z/, " UTC");
  return oathtool && execFileSync(oathtool, ["--totp", "--base32", "--now", time, key], { encoding: "utf8" }).trim();
}

/** The same by RFC 4226 §5.3 and RFC 6238 §4.2. */
export function reckonedCode(key, seconds) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / STEP)));
  const digest = createHmac("sha1", octets(key)).update(counter).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

export class AuthenticatorApp {
  #step = 0;

  constructor(key) {
    this.key = key.replaceAll(" ", "");
  }

  /** A code that hasn't been shown before. One step ahead of the clock is taken, too; for what lies further ahead it waits. */
  async next() {
    const now = Date.now() / 1000;
    const current = Math.floor(now / STEP);
    this.#step = Math.max(current, this.#step + 1);
    const early = (this.#step - 1) * STEP - now;
    if (early > 0) await pause(early * 1000 + 500);
    return this.at(this.#step * STEP);
  }

  at(seconds) {
    return oathtoolCode(this.key, seconds) ?? reckonedCode(this.key, seconds);
  }
}

/** Octets of base 32 (RFC 4648 §6). */
function octets(text) {
  const bits = [...text].map((symbol) => BASE_32.indexOf(symbol).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((octet) => Number.parseInt(octet, 2)));
}
