import type { Address } from './address.ts';
import { maskOf, type Prefix } from './prefix.ts';

/** The fields of a node, each 32 bits: a node is half a cache line, and a lookup is as long as its cache misses. */
const nodeLength = 8;
const bitsAt = 4;
const zeroAt = 5;
const oneAt = 6;
const hasValueAt = 7;

/** The offset that stands for no node. */
const none = 0;

/**
 * Values by network, found by address: the longest network that holds it wins. A path-compressed binary trie for each
 * family: a lookup visits as many nodes as there are branches, not one per bit.
 */
export class PrefixTable<Value extends object> {
  /** Nodes: four words of the network, its bits, the two children's offsets, whether there is a value. */
  #nodes = new Int32Array(nodeLength * 64);
  /** By the number of the node. */
  readonly #values: (Value | undefined)[] = [];
  #size = 0;
  /** The address that is looked for, as signed words. */
  readonly #address = new Int32Array(4);
  readonly #free: number[] = [];
  #end = nodeLength;
  #roots = { 4: none, 6: none };

  /** How many networks have a value. */
  get size(): number {
    return this.#size;
  }

  /** The value of the longest network around an address. */
  find({ family, words }: Address): Value | undefined {
    const best = family === 4 ? this.#find4(words[0] ?? 0) : this.#find6(words);
    return best === none ? undefined : this.#values[best / nodeLength];
  }

  set(prefix: Prefix, value: Value): void {
    this.#roots[prefix.family] = this.#insert(this.#roots[prefix.family], prefix, value);
  }

  delete(prefix: Prefix): void {
    this.#roots[prefix.family] = this.#remove(this.#roots[prefix.family], prefix);
  }

  #find4(word: number): number {
    const nodes = this.#nodes;
    const address = word | 0;
    let best = none;
    let node = this.#roots[4];
    while (node !== none) {
      const bits = nodes[node + bitsAt] as number;
      const difference = (nodes[node] as number) ^ address;
      if (difference !== 0 && Math.clz32(difference) < bits) break;
      if (nodes[node + hasValueAt] === 1) best = node;
      node = bits === 32 ? none : (nodes[node + zeroAt + ((address >>> (31 - bits)) & 1)] as number);
    }
    return best;
  }

  #find6(words: readonly number[]): number {
    const nodes = this.#nodes;
    const address = this.#address;
    for (let index = 0; index < 4; index += 1) address[index] = words[index] as number;
    let best = none;
    let node = this.#roots[6];
    /** How many words are known to be those of the network. */
    let equal = 0;
    while (node !== none) {
      const bits = nodes[node + bitsAt] as number;
      let difference = 0;
      while (equal * 32 < bits) {
        difference = (nodes[node + equal] as number) ^ (address[equal] as number);
        if (difference !== 0 || equal * 32 + 32 > bits) break;
        equal += 1;
      }
      if (difference !== 0 && equal * 32 + Math.clz32(difference) < bits) break;
      if (nodes[node + hasValueAt] === 1) best = node;
      if (bits === 128) break;
      const bit = ((address[bits >>> 5] as number) >>> (31 - (bits & 31))) & 1;
      node = nodes[node + zeroAt + bit] as number;
    }
    return best;
  }

  #field(node: number, field: number): number {
    return this.#nodes[node + field] ?? 0;
  }

  #covers(node: number, address: readonly number[]): boolean {
    let left = this.#field(node, bitsAt);
    for (let index = 0; left > 0; index += 1, left -= 32) {
      const difference = this.#field(node, index) ^ (address[index] ?? 0);
      if (difference !== 0 && (left >= 32 || difference >>> (32 - left) !== 0)) return false;
    }
    return true;
  }

  /** @returns the node that stands where `node` stood. */
  #insert(node: number, prefix: Prefix, value: Value): number {
    if (node === none) return this.#setValue(this.#create(prefix.words, prefix.bits), value);
    const bits = this.#field(node, bitsAt);
    const shared = this.#sharedBits(node, prefix);
    if (shared === bits && shared === prefix.bits) return this.#setValue(node, value);
    if (shared === bits) {
      const side = zeroAt + bitAt(prefix.words, shared);
      const child = this.#insert(this.#field(node, side), prefix, value);
      this.#nodes[node + side] = child;
      return node;
    }
    const fork = this.#create(prefix.words, shared);
    this.#nodes[fork + zeroAt + this.#bitOf(node, shared)] = node;
    return this.#insert(fork, prefix, value);
  }

  #remove(node: number, prefix: Prefix): number {
    const bits = this.#field(node, bitsAt);
    if (node === none || bits > prefix.bits || !this.#covers(node, prefix.words)) return node;
    if (bits === prefix.bits) {
      this.#size -= this.#field(node, hasValueAt);
      this.#values[node / nodeLength] = undefined;
      this.#nodes[node + hasValueAt] = 0;
    } else {
      const side = zeroAt + bitAt(prefix.words, bits);
      this.#nodes[node + side] = this.#remove(this.#field(node, side), prefix);
    }
    const zero = this.#field(node, zeroAt);
    const one = this.#field(node, oneAt);
    // What neither holds a value nor branches goes.
    if (this.#field(node, hasValueAt) === 1 || (zero !== none && one !== none)) return node;
    this.#free.push(node);
    return zero === none ? one : zero;
  }

  #setValue(node: number, value: Value): number {
    this.#size += 1 - this.#field(node, hasValueAt);
    this.#values[node / nodeLength] = value;
    this.#nodes[node + hasValueAt] = 1;
    return node;
  }

  #create(words: readonly number[], bits: number): number {
    const node = this.#free.pop() ?? this.#end;
    if (node === this.#end) this.#end += nodeLength;
    if (this.#end > this.#nodes.length) {
      const larger = new Int32Array(this.#nodes.length * 2);
      larger.set(this.#nodes);
      this.#nodes = larger;
    }
    this.#nodes.fill(0, node, node + nodeLength);
    for (const [index, word] of words.entries()) this.#nodes[node + index] = word & maskOf(bits - 32 * index);
    this.#nodes[node + bitsAt] = bits;
    return node;
  }

  #bitOf(node: number, bit: number): number {
    return (this.#field(node, bit >>> 5) >>> (31 - (bit & 31))) & 1;
  }

  /** How many bits a node's network and another of its family have in common. */
  #sharedBits(node: number, { words, bits }: Prefix): number {
    const most = Math.min(this.#field(node, bitsAt), bits);
    for (let index = 0; index * 32 < most; index += 1) {
      const difference = this.#field(node, index) ^ (words[index] ?? 0);
      if (difference !== 0) return Math.min(most, index * 32 + Math.clz32(difference));
    }
    return most;
  }
}

function bitAt(words: readonly number[], bit: number): number {
  return ((words[bit >>> 5] ?? 0) >>> (31 - (bit & 31))) & 1;
}
