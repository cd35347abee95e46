import { setTimeout as delay } from 'node:timers/promises';
import { CacheError, isCacheError, type CacheCall } from '@ftpd/cache';
import { readClusterSlots, readRedirection, type ClusterNode } from './cluster-map.ts';
import { openConnection, type Connection } from './connection.ts';
import { asFailure, reasonOf, replyWordOf, unavailable } from './failures.ts';
import { Link, type Request } from './link.ts';
import { chunks, type Router } from './router.ts';
import { nameOf, type RedisEndpoint, type Surroundings } from './settings.ts';
import { SLOT_COUNT, slotOf } from './slots.ts';

interface Node {
  readonly endpoint: RedisEndpoint;
  readonly link: Link;
}

const MAX_REDIRECTIONS = 5;
/** More nodes than clusters have; a server that redirects for ever must not make us connect for ever. */
const MAX_NODES = 1_000;
/** How many nodes are asked at once for the map. */
const ASKED_AT_ONCE = 3;
const TRY_AGAIN_MS = 20;
/** At the most so often is a new map asked for, in ms. */
const MAP_PAUSE_MS = 200;

/** The servers of a Redis cluster, each with a connection, and a breaker, of its own. */
export class ClusterRouter implements Router {
  readonly readsAtOnce = false;
  readonly isReady = false;
  readonly #seeds: readonly RedisEndpoint[];
  readonly #surroundings: Surroundings;
  readonly #nodes = new Map<string, Node>();
  readonly #masters: (Node | undefined)[] = [];
  #isMapped = false;
  #mapping: Promise<void> | undefined;
  #mappedAtMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(seeds: readonly RedisEndpoint[], surroundings: Surroundings) {
    this.#seeds = seeds;
    this.#surroundings = surroundings;
  }

  run<Result>(key: Uint8Array, request: Request<Result>, call: CacheCall): Promise<Result> {
    const slot = slotOf(key);
    const node = this.#masters[slot];
    if (node === undefined) return this.#runMapped(slot, request, call);
    return node.link
      .run(request, call)
      .catch((error: unknown) => this.#runRedirected(error, node, slot, request, call));
  }

  groups(keys: readonly Uint8Array[]): readonly (readonly number[])[] {
    const bySlot = Map.groupBy(keys.keys(), (index) => slotOf(keys[index] as Uint8Array));
    return [...bySlot.values()].flatMap((indexes) => chunks(indexes));
  }

  /** Every node has the messages of all. */
  async connectAside(signal: AbortSignal): Promise<Connection> {
    if (!this.#isMapped) await this.#map();
    const up = [...this.#nodes.values()].filter(({ link }) => !link.isDown);
    const node = up[Math.floor(Math.random() * up.length)];
    if (node === undefined) throw unavailable(new Error('no node of the cluster answers'));
    return openConnection(node.endpoint, this.#surroundings.connection, signal);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { link } of this.#nodes.values()) link.close();
  }

  async #runMapped<Result>(slot: number, request: Request<Result>, call: CacheCall): Promise<Result> {
    await this.#map();
    if (call.isOver) throw new CacheError('CACHE_TIMEOUT');
    const node = this.#masters[slot];
    if (node === undefined) throw unavailable(new Error(`no node of the cluster keeps slot ${slot}`));
    return node.link
      .run(request, call)
      .catch((error: unknown) => this.#runRedirected(error, node, slot, request, call));
  }

  async #runRedirected<Result>(
    failure: unknown,
    from: Node,
    slot: number,
    request: Request<Result>,
    call: CacheCall,
  ): Promise<Result> {
    let error = asFailure(failure);
    let node = from;
    for (let turn = 0; turn < MAX_REDIRECTIONS && !call.isOver; turn += 1) {
      const word = replyWordOf(error);
      const target = readRedirection(reasonOf(error));
      try {
        if (word === 'MOVED' && target !== undefined) {
          node = this.#nodeAt(target.node, node);
          this.#masters[slot] = node;
          this.#mapSoon();
          return await node.link.run(request, call);
        }
        if (word === 'ASK' && target !== undefined)
          return await this.#nodeAt(target.node, node).link.runTogether(['ASKING'], request, call);
        if (word !== 'TRYAGAIN') break;
        await delay(TRY_AGAIN_MS);
        if (!call.isOver) return await node.link.run(request, call);
      } catch (next) {
        error = asFailure(next);
      }
    }
    if (isCacheError(error, 'CACHE_UNAVAILABLE')) this.#mapSoon();
    throw error;
  }

  #nodeAt({ host, port }: ClusterNode, asked: Node): Node {
    const own = 'host' in asked.endpoint ? asked.endpoint.host : '127.0.0.1';
    return this.#node({ host: host === '' ? own : host, port });
  }

  #node(endpoint: RedisEndpoint): Node {
    const name = nameOf(endpoint);
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    if (this.#isClosed) throw new CacheError('CACHE_CLOSED');
    if (this.#nodes.size >= MAX_NODES) throw unavailable(new Error('the cluster names too many nodes'));
    const link = new Link({
      ...this.#surroundings,
      name,
      resolve: () => Promise.resolve(endpoint),
      onState: () => this.#mapSoon(),
    });
    const node = { endpoint, link };
    this.#nodes.set(name, node);
    return node;
  }

  #mapSoon(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    const waitMs = Math.max(0, this.#mappedAtMs + MAP_PAUSE_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#map().then(
        // Until a failover has given the slots of a node that is down to another.
        () => this.#keeps((node) => node.link.isDown) && this.#mapSoon(),
        () => this.#mapSoon(),
      );
    }, waitMs).unref();
  }

  #keeps(predicate: (node: Node) => boolean): boolean {
    return [...new Set(this.#masters)].some((node) => node !== undefined && predicate(node));
  }

  #map(): Promise<void> {
    this.#mapping ??= this.#askForMap().finally(() => {
      this.#mapping = undefined;
      this.#mappedAtMs = performance.now();
    });
    return this.#mapping;
  }

  async #askForMap(): Promise<void> {
    const up = [...this.#nodes.values()].filter(({ link }) => !link.isDown && link.endpoint !== undefined);
    const asked =
      up.length > 0 ? shuffled(up).slice(0, ASKED_AT_ONCE) : this.#seeds.map((seed) => this.#node(seed));
    try {
      await Promise.any(asked.map((node) => this.#askNode(node)));
    } catch (error) {
      throw error instanceof AggregateError ? asFailure(error.errors[0]) : error;
    }
  }

  async #askNode(node: Node): Promise<void> {
    const { connectTimeoutMs, silenceTimeoutMs } = this.#surroundings.connection;
    const call: CacheCall = {
      deadlineAtMs: performance.now() + connectTimeoutMs + silenceTimeoutMs,
      isOver: false,
      signal: new AbortController().signal,
    };
    const ranges = await node.link.run({ name: 'CLUSTER', args: ['SLOTS'], read: readClusterSlots }, call);
    if (ranges.length === 0) throw unavailable(new Error('the cluster keeps no slots'));
    if (this.#isClosed) throw new CacheError('CACHE_CLOSED');
    const masters = new Array<Node | undefined>(SLOT_COUNT).fill(undefined);
    for (const { first, last, master } of ranges) masters.fill(this.#nodeAt(master, node), first, last + 1);
    for (const [slot, master] of masters.entries()) this.#masters[slot] = master;
    this.#isMapped = true;
    this.#forget(new Set(masters));
  }

  #forget(masters: ReadonlySet<Node | undefined>): void {
    for (const [name, node] of this.#nodes)
      if (!masters.has(node)) {
        this.#nodes.delete(name);
        node.link.close();
      }
  }
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
