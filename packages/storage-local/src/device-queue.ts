/** How many of the threads one device may take. */
export function perDevice(threads: number): number {
  return Math.max(1, Math.floor(threads / 4));
}

/** Work that waits for a thread, by the device it is about. */
interface Line<Task> {
  readonly waiting: Task[];
  running: number;
}

/**
 * Lets the tasks of one device take a part of the threads only, so that a device that does not answer keeps some for the
 * others. In order per device.
 */
export class DeviceQueue<Task> {
  readonly #maxRunningPerDevice: number;
  readonly #lines = new Map<number, Line<Task>>();
  #waiting = 0;

  constructor(maxRunningPerDevice: number) {
    this.#maxRunningPerDevice = maxRunningPerDevice;
  }

  get waiting(): number {
    return this.#waiting;
  }

  add(device: number, task: Task): void {
    this.#line(device).waiting.push(task);
    this.#waiting += 1;
  }

  /** In front of the others: for what was begun and has to begin again. */
  addFirst(device: number, task: Task): void {
    this.#line(device).waiting.unshift(task);
    this.#waiting += 1;
  }

  /** Whether a task may run now. */
  get hasNext(): boolean {
    if (this.#waiting === 0) return false;
    for (const line of this.#lines.values()) if (this.#isReady(line)) return true;
    return false;
  }

  /**
   * The next task that may run; it counts as running until `end`. The device with the fewest running comes first.
   * @param maxRunning - Only of devices with so many running at the most.
   */
  take(maxRunning = Infinity): Task | undefined {
    return this.takeFrom(maxRunning)?.task;
  }

  /** The same with the device that it counts for. */
  takeFrom(maxRunning = Infinity): { readonly device: number; readonly task: Task } | undefined {
    if (this.#waiting === 0) return undefined;
    let chosen: number | undefined;
    let next: Line<Task> | undefined;
    for (const [device, line] of this.#lines) {
      if (!this.#isReady(line) || line.running >= (next?.running ?? maxRunning + 1)) continue;
      chosen = device;
      next = line;
    }
    const task = next?.waiting.shift();
    if (chosen === undefined || next === undefined || task === undefined) return undefined;
    this.#waiting -= 1;
    next.running += 1;
    if (this.#lines.size > 1) {
      // Behind those that have as few.
      this.#lines.delete(chosen);
      this.#lines.set(chosen, next);
    }
    return { device: chosen, task };
  }

  /** Up to `count` more of a device that one was taken of, in order: they run in the same thread, and count as that one. */
  takeMore(device: number, count: number): readonly Task[] {
    const line = this.#lines.get(device);
    if (line === undefined || line.waiting.length === 0) return [];
    const more = line.waiting.splice(0, count);
    this.#waiting -= more.length;
    return more;
  }

  /** Counts a task as running that never waited. @returns false if it has to wait. */
  start(device: number): boolean {
    const line = this.#line(device);
    if (line.waiting.length > 0 || line.running >= this.#maxRunningPerDevice) return false;
    line.running += 1;
    return true;
  }

  /** Counts a task as running that runs already. */
  force(device: number): void {
    this.#line(device).running += 1;
  }

  end(device: number): void {
    const line = this.#line(device);
    line.running -= 1;
    if (line.running === 0 && line.waiting.length === 0) this.#lines.delete(device);
  }

  /** Takes out a task that does not run yet. */
  remove(device: number, task: Task): boolean {
    const line = this.#lines.get(device);
    const at = line?.waiting.indexOf(task) ?? -1;
    if (line === undefined || at < 0) return false;
    line.waiting.splice(at, 1);
    this.#waiting -= 1;
    if (line.running === 0 && line.waiting.length === 0) this.#lines.delete(device);
    return true;
  }

  /** Everything that waits, taken out. */
  drain(): readonly Task[] {
    const tasks = [...this.#lines.values()].flatMap((line) => line.waiting.splice(0));
    this.#waiting = 0;
    for (const [device, line] of this.#lines) if (line.running === 0) this.#lines.delete(device);
    return tasks;
  }

  #isReady(line: Line<Task>): boolean {
    return line.waiting.length > 0 && line.running < this.#maxRunningPerDevice;
  }

  #line(device: number): Line<Task> {
    let line = this.#lines.get(device);
    if (line === undefined) {
      line = { waiting: [], running: 0 };
      this.#lines.set(device, line);
    }
    return line;
  }
}
