const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/gu;

/** Text that stays on one line of a log and does nothing to a terminal: control characters become `\xHH` or `\uHHHH`. */
export function escapeControls(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.charCodeAt(0);
    return code > 0xff
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}
