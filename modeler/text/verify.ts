/** The English sentences of the page that verifies a bundle. */

/** The texts, by where they stand. */
export const verify = {
  verify: {
    title: 'Verify a bundle',
    open: 'Verify',
    lead: 'Check a bundle of the audit trail in this browser. Neither the file nor the key leaves it, and no server is asked.',
    bundle: 'Bundle',
    drop: 'Drop a bundle (.zip) here, or choose one',
    size: (bytes: number) =>
      bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`,
    key: 'Key of the log that you trust',
    keyHint:
      'Take it from a source of your own. The key of this server shows that a bundle is from here, but no more than this server says itself.',
    serversKey: 'Key of this server',
    noKey: 'This is no key of a log. A key looks like NAME+0123abcd+BASE64.',
    noServersKey: 'The key of this server can’t be read',
    checkpoint: 'A checkpoint that you keep (optional)',
    checkpointHint:
      'Then the log of the bundle must be that one, continued: nobody can have rewritten it since.',
    witnesses: 'Keys of witnesses (optional)',
    witnessesHint:
      'With spaces between them. Then each must have cosigned a checkpoint that has all rows of the bundle.',
    noWitness: 'This is no key of a witness. A key looks like NAME+0123abcd+BASE64.',
    authority: 'Certificate of a time-stamping authority (optional)',
    authorityHint:
      'A PEM file of the authority or of its root. Then the time stamps in the bundle are checked too.',
    noAuthority: 'This is no PEM file of certificates.',
    verify: 'Verify',
    rows: (rows: number) => `${rows.toLocaleString('en')} rows read …`,
    noBundle: 'This file is no bundle',
    genuine: 'This bundle is genuine',
    genuineDetail: 'The log recorded these rows as they stand here, by the word of the key that you trust.',
    complete: 'Nothing of what was asked for is missing.',
    notComplete: 'It does not prove that nothing is missing of what was asked for: see “Selection” below.',
    notGenuine: 'This bundle is not genuine',
    notGenuineDetail:
      'It is not what the log recorded, or not by the key that you trust. Rely on no row of it.',
    result: 'Result',
    check: 'Check',
    found: 'What was found',
    results: { ok: 'Holds', failed: 'Failed', none: 'Nothing to check' },
    checks: {
      manifest: 'Manifest',
      files: 'Files',
      keys: 'Keys',
      checkpoint: 'Checkpoint',
      tree: 'Tree',
      rows: 'Rows',
      selection: 'Selection',
      contents: 'Contents',
      persons: 'Persons',
      models: 'Models',
      'earlier checkpoints': 'Earlier checkpoints',
      witnesses: 'Witnesses',
      'time stamps': 'Time stamps',
      'your checkpoint': 'Your checkpoint',
    },
  },
};
