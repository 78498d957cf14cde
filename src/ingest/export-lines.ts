/** A time of CloudWatch, as ISO text or in milliseconds, before a comma and a message in quotes. */
export const quotedMessage =
  /^"?(?:\d{10,13}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)"?\s*,\s*"|^\d{10,13},/;
/** What begins each line of an export, which may write its first behind the text of its write test, without a line end. */
export const exportedTime = String.raw`^(?:Permission Check Successful)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z[ ,\t]`;
