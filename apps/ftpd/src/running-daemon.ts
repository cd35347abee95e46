/** A daemon that runs until something ends it. */
export interface RunningDaemon {
  /** @throws {StartError} */
  start(): Promise<void>;
  /** The exit code. */
  readonly ended: Promise<number>;
}
