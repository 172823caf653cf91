/** The English sentences of erasing persons. */

const plural = (n: number, one: string, many: string): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** The texts. */
export const erasing = {
  open: 'Erase a person…',
  title: 'Erase a person',
  lead: 'Contents that name them go for good. The rows stay, and every proof still holds.',
  persons: 'User names',
  personsHint: 'One a line. Name and address of their accounts go with them.',
  values: 'Words that identify them',
  valuesHint: 'One a line, such as an address or a customer number. Found inside of longer words, too.',
  ground: 'Legal ground',
  groundHint: 'Such as: GDPR article 17 (1) b. It stays, as the reason does.',
  reason: 'Reason, without naming anybody',
  running: 'Also from instances that run: they go on without these values',
  look: 'Show what would go',
  found: {
    title: 'What would go',
    rows: (n: number, instances: number, running: number) =>
      `Contents of ${plural(n, 'row', 'rows')} of the audit trail` +
      (instances ? `, in ${plural(instances, 'instance', 'instances')}` : '') +
      (running ? `, ${running.toLocaleString('en')} of them running` : ''),
    texts: (n: number) =>
      `${plural(n, 'text', 'texts')} beside it: drafts, batch operations, holds and the like`,
    pseudonyms: (n: number) => `The name behind ${plural(n, 'pseudonym', 'pseudonyms')}`,
    mentions: (n: number) =>
      `${plural(n, 'row mentions', 'rows mention')} a user name as a word, and will stay. Add it to the words above to have them go.`,
    nothing: 'Nothing names them.',
  },
  obstacles: 'It cannot be erased now',
  type: (word: string) => `This can’t be undone. Type “${word}” to go on`,
  word: 'erase',
  confirm: 'Erase',
  done: {
    title: 'Erased',
    lead: (n: number) =>
      `Contents of ${plural(n, 'row', 'rows')} are gone. The audit trail says when and on which ground.`,
    certificate: 'Download the certificate',
    nowhere: 'The words stand nowhere in the database any more.',
    remaining: 'The words still stand here',
    where: 'Where',
    rows: 'Rows',
    why: 'Why',
    mentioned: (n: number) => `${n.toLocaleString('en')} mentioned`,
    exports: (n: number) =>
      `${plural(n, 'export', 'exports')} left the server before. Their receivers have to erase, too: the certificate lists them.`,
    files:
      'The files still hold old bytes, because a reader such as a backup kept them. Erase the same again later.',
  },
};
