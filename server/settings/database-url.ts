/** Reads COUNTERSIGN_DATABASE_URL: which database holds the journal. */

/** The database to open, or what is wrong with its address. */
export type DatabaseChoice =
  { readonly ok: true; readonly file: string } | { readonly ok: false; readonly error: string };

/** Accepts `sqlite:<path>`; the path may be relative, absolute or `sqlite:///absolute`. */
export function readDatabase(url: string): DatabaseChoice {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
    if (path !== '' && !path.startsWith('//')) return { ok: true, file: path };
  }
  if (/^postgres(ql)?:/.test(url)) {
    return {
      ok: false,
      error:
        'COUNTERSIGN_DATABASE_URL names a PostgreSQL database, which this version cannot use yet. Use sqlite:data/countersign.db.',
    };
  }
  // The address may hold a password, so that it is not repeated.
  return {
    ok: false,
    error:
      'COUNTERSIGN_DATABASE_URL is not a database address. Write sqlite: and a file, such as sqlite:data/countersign.db.',
  };
}
