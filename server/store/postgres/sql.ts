/** From the SQL that both databases share to PostgreSQL's own. */

/**
 * Numbers the parameters (`?` becomes `$1`, `$2`, …) and quotes aliases with capitals, which PostgreSQL would
 * fold to small letters. Texts and quoted names are left alone.
 */
export function toPostgres(sql: string): string {
  let count = 0;
  return sql
    .split(/('[^']*'|"[^"]*")/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(/\?/g, () => `$${(count += 1)}`).replace(/\b(as\s+)([a-z]+[A-Z]\w*)/g, '$1"$2"'),
    )
    .join('');
}

/** A list of whole numbers as the text of an array. */
export function arrayOfNumbers(values: readonly (number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join()}}`;
}

const SPECIAL = /["\\]/g;

/** Any values as the text of an array; PostgreSQL reads them as the type that the statement names. */
export function arrayOf(values: readonly (string | number | null)[]): string {
  let text = '{';
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (index > 0) text += ',';
    if (value === null) text += 'NULL';
    else if (typeof value === 'number') text += String(value);
    else text += `"${value.includes('"') || value.includes('\\') ? value.replace(SPECIAL, '\\$&') : value}"`;
  }
  return `${text}}`;
}
