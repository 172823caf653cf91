/** The English sentences of deployed processes, and starting them. */

/** The texts, by where they stand. */
export const processes = {
  processes: {
    title: 'Processes',
    find: 'Find by name or id',
    name: 'Name',
    id: 'Id',
    version: 'Version',
    latest: 'latest',
    running: 'Running',
    actions: 'Actions',
    start: 'Start',
    startOne: (name: string) => `Start ${name}`,
    instances: (n: string) => `${n} running`,
    none: 'No process is deployed',
    noneDetail: 'Draw a process and deploy it; it appears here, ready to be started.',
    noneFound: 'No process with this name',
    unknown: (id: string) => `No process with the id ${id} is deployed`,
  },
  start: {
    title: (name: string) => `Start ${name}`,
    description: (version: number) =>
      `Version ${version}. The variables below are what the instance begins with.`,
    example: 'Example',
    noExample: 'None: I enter the values',
    how: 'How to enter the values',
    form: 'Form',
    json: 'JSON',
    variables: 'Variables',
    variablesHint: 'A JSON object. Each entry becomes a variable.',
    notObject: 'The variables must be one JSON object, such as {"amount": 120}.',
    formWrong: 'Some fields need your attention.',
    go: 'Start instance',
    done: (name: string) => `${name} has started`,
  },
};
