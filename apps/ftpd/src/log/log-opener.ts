/** Opens a log for appending, and gives the descriptor away. Undefined: it is not among those that it can open. */
export type LogOpener = (path: string) => number | undefined;

let opener: LogOpener = () => undefined;

/**
 * How this process opens logs that only root may: a server of the keeper has been given them. Once at the start, before
 * any log is opened.
 */
export function setLogOpener(next: LogOpener): void {
  opener = next;
}

export function openGivenLog(path: string): number | undefined {
  return opener(path);
}
