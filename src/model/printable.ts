/** Longer than any name that helps to find a problem. */
const MAX_QUOTE = 80;

/** Control and invisible characters. A terminal obeys the first, and the others can hide or reverse text. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Replaces control and invisible characters, because names come from scan results. */
export function toPrintable(text: string): string {
  return text.replaceAll(unprintable, '?');
}

/** Part of a document for a message: printable and short. */
export function quote(text: string, maxLength = MAX_QUOTE): string {
  const start = toPrintable(text.slice(0, maxLength));
  return text.length > maxLength ? `${start}…` : start;
}
