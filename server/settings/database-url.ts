/** Reads COUNTERSIGN_DATABASE_URL: which database holds the journal. */

/** The database to open, as `openStore` takes it, or what is wrong with its address. */
export type DatabaseChoice =
  { readonly ok: true; readonly database: string } | { readonly ok: false; readonly error: string };

/**
 * Accepts `sqlite:<path>`, relative, absolute or `sqlite:///absolute`, and
 * `postgres://user:password@host:port/database`, with the options of libpq after a question mark.
 */
export function readDatabase(url: string): DatabaseChoice {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
    if (path === ':memory:') {
      // The key and the checkpoints of the audit trail stand beside the database: this one is nowhere.
      return {
        ok: false,
        error:
          'COUNTERSIGN_DATABASE_URL is a database in memory, which has no place for the audit trail. Name a file, such as sqlite:data/countersign.db.',
      };
    }
    if (path !== '' && !path.startsWith('//')) return { ok: true, database: path };
  }
  if (/^postgres(?:ql)?:/.test(url)) {
    const parsed = URL.canParse(url) ? new URL(url) : null;
    if (parsed && url.includes('://') && parsed.pathname.length > 1) return { ok: true, database: url };
    return {
      ok: false,
      error:
        'COUNTERSIGN_DATABASE_URL does not name a database on PostgreSQL. Write postgres://user:password@host:5432/database; characters such as @ and / in the password as %40 and %2F.',
    };
  }
  // The address may hold a password, so that it is not repeated.
  return {
    ok: false,
    error:
      'COUNTERSIGN_DATABASE_URL is not a database address. Write sqlite: and a file, such as sqlite:data/countersign.db, or postgres://user:password@host:5432/database.',
  };
}

/** A database's address without its password, for people to read. */
export function describeDatabase(database: string): string {
  if (!/^postgres(?:ql)?:/.test(database)) return database;
  const url = new URL(database);
  return `PostgreSQL ${url.host}${url.pathname}`;
}

/** What the names of files that belong to a database begin with: beside SQLite's file, in `data` for PostgreSQL. */
export function filesBeside(database: string): string {
  return /^postgres(?:ql)?:/.test(database) ? `data${new URL(database).pathname}` : database;
}
