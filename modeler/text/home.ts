/** The English sentences of the home page. */

/** The texts, by where they stand. */
export const home = {
  home: {
    title: 'Home',
    hello: (name: string) => `Hello ${name}`,
    draw: 'Draw a process',
    mine: 'Waits for you',
    mineNote: 'Tasks assigned to you',
    groups: 'Waits for your groups',
    noGroups: 'You are in no group',
    open: 'Open tasks',
    openNote: 'Waiting for a person',
    stuck: 'Incidents',
    stuckNote: 'Instances wait for someone to act',
    notStuck: 'Nothing is stuck',
    running: 'Running instances',
    today: (started: string, completed: string) => `Today ${started} started, ${completed} completed`,
    agents: 'AI calls today',
    agentsSimulated: (cost: string, n: string) => `${cost} · ${n} simulated`,
    waiting: 'Waiting for a decision',
    toInbox: 'Open the inbox',
    nothingWaits: 'Nothing waits for you',
    nothingWaitsDetail: 'A task appears here as soon as a process needs you.',
    stuckTitle: 'Stuck',
    toIncidents: 'All incidents',
    nothingStuck: 'Nothing is stuck',
    nothingStuckDetail: 'Incidents appear here with their reason and a way to retry.',
    recent: 'Started last',
    toInstances: 'All instances',
  },
};
