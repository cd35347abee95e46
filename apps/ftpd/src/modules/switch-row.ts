import { boolean, defineDirective, exactlyOne, type Context, type DefaultedRow } from '@ftpd/config';

/** A directive that is on or off. */
export function switchRow(row: {
  readonly name: string;
  readonly module: string;
  readonly contexts: readonly Context[];
  readonly defaultValue: boolean;
  readonly doc: string;
}): DefaultedRow<boolean> {
  return defineDirective({
    ...row,
    syntax: `${row.name} on|off`,
    repeats: 'last-wins',
    parse: exactlyOne(boolean),
  });
}

/** A switch of which only one position has an effect here; the other is warned about with `sentence`. */
export function halfSwitchRow(
  row: Parameters<typeof switchRow>[0],
  without: { readonly position: boolean; readonly sentence: string },
): DefaultedRow<boolean> {
  const whole = switchRow(row);
  return {
    ...whole,
    parse: (args, site) => {
      const isOn = whole.parse(args, site);
      if (isOn === without.position) site.warn(without.sentence);
      return isOn;
    },
  };
}
