import { describeDatabase } from './database-url.js';
import { describe, expect, it } from 'vitest';
import { chooses, readSettings } from './settings.js';

function errorsOf(environment: Record<string, string>): readonly string[] {
  const result = readSettings(environment);
  return result.ok ? [] : result.errors;
}

describe('settings', () => {
  it('has a default for everything', () => {
    const result = readSettings({});
    expect(result).toEqual({
      ok: true,
      settings: {
        port: 8080,
        host: '127.0.0.1',
        database: 'data/countersign.db',
        authentication: 'demo',
        workers: 'all',
        samples: 'all',
        environment: 'development',
        allowSimulated: true,
        model: null,
        modelPrices: {},
        uploadLimit: 10 * 1024 * 1024,
        variableLimit: 4 * 1024 * 1024,
        jobRates: {},
        auditCheckpointFile: 'data/countersign.db.checkpoints.jsonl',
        auditWitness: null,
        auditTimeStamps: null,
        exportFolder: null,
        auditObjectStore: null,
        auditKeyFile: 'data/countersign.db.signing-key.pem',
        logLevel: 'info',
        clock: 'system',
      },
    });
  });

  it('reads what is given, and takes an empty value as not given', () => {
    const result = readSettings({
      PORT: '9090',
      HOST: 'localhost',
      COUNTERSIGN_AUTH: 'none',
      COUNTERSIGN_WORKERS: ' agent ,',
      COUNTERSIGN_DATABASE_URL: 'sqlite:///var/lib/countersign.db',
      COUNTERSIGN_ENV: '',
    });
    if (!result.ok) throw new Error(result.errors.join());
    expect(result.settings).toMatchObject({
      port: 9090,
      authentication: 'none',
      workers: ['agent'],
      database: '/var/lib/countersign.db',
      environment: 'development',
    });
  });

  it('lets agents simulate in production only where that is allowed by name', () => {
    const allowed = (environment: Record<string, string>): boolean | null => {
      const result = readSettings(environment);
      return result.ok ? result.settings.allowSimulated : null;
    };
    expect(allowed({ COUNTERSIGN_ENV: 'production' })).toBe(false);
    expect(allowed({ COUNTERSIGN_ENV: 'production', COUNTERSIGN_SIMULATED: 'allow' })).toBe(true);
    expect(allowed({ COUNTERSIGN_SIMULATED: 'refuse' })).toBe(false);
    expect(errorsOf({ COUNTERSIGN_SIMULATED: 'yes' })).toEqual([
      'COUNTERSIGN_SIMULATED is "yes". Use "allow" or "refuse".',
    ]);
  });

  it('refuses workers that nobody knows', () => {
    expect(errorsOf({ COUNTERSIGN_WORKERS: 'agent,mial' })).toEqual([
      'COUNTERSIGN_WORKERS names "mial". Use "all", "none" or names of built-in workers: "agent".',
    ]);
  });

  it('reads the model of tasks that name none, with its key as a reference', () => {
    const model = (environment: Record<string, string>): unknown => {
      const result = readSettings(environment);
      return result.ok ? result.settings.model : result.errors;
    };
    const local = { COUNTERSIGN_MODEL: 'llama3.2:3b@http://localhost:11434/v1' };
    expect(model(local)).toEqual({
      model: 'llama3.2:3b',
      endpoint: 'http://localhost:11434/v1',
      apiKey: undefined,
    });
    expect(model({ ...local, COUNTERSIGN_SECRET_MODEL_KEY: 'sk-1' })).toMatchObject({
      apiKey: '{{secrets.MODEL_KEY}}',
    });
    expect(model({ COUNTERSIGN_MODEL: 'llama3.2' })).toEqual([
      'COUNTERSIGN_MODEL is "llama3.2". Use a model and its address, such as "llama3.2@http://localhost:11434/v1".',
    ]);
  });

  it('reads prices of models', () => {
    const result = readSettings({ COUNTERSIGN_MODEL_PRICES: '{"own": {"input": 1, "output": 2}}' });
    if (!result.ok) throw new Error(result.errors.join());
    expect(result.settings.modelPrices).toEqual({
      own: { input: 1, cachedInput: 1, output: 2, currency: 'USD' },
    });
    expect(errorsOf({ COUNTERSIGN_MODEL_PRICES: 'cheap' })[0]).toMatch(
      /^COUNTERSIGN_MODEL_PRICES: It is not JSON\./,
    );
  });

  it('reports every wrong setting at once, with what to write', () => {
    const errors = errorsOf({
      PORT: 'eighty',
      COUNTERSIGN_AUTH: 'open',
      COUNTERSIGN_ENV: 'prod',
      COUNTERSIGN_SAMPLES: 'some',
      COUNTERSIGN_DATABASE_URL: 'mysql://root:secret@db',
    });
    expect(errors).toHaveLength(5);
    expect(errors).toContain('PORT is "eighty". Use a whole number from 0 to 65535.');
    expect(errors.join(' ')).not.toContain('secret');
  });

  it.each(['0.0.0.0', '192.168.1.5', 'example.org', '::'])(
    'refuses %s without real authentication',
    (host) => {
      expect(errorsOf({ HOST: host })).toHaveLength(1);
      expect(errorsOf({ HOST: host, COUNTERSIGN_AUTH: 'none' })).toHaveLength(1);
    },
  );

  it.each(['localhost', '127.0.0.1', '127.0.0.2', '::1'])('accepts %s', (host) => {
    expect(errorsOf({ HOST: host })).toEqual([]);
  });

  it('refuses names of ours that nobody knows, with the one that is meant', () => {
    expect(
      errorsOf({ COUNTERSIGN_AUHT: 'none', COUNTERSIGN_LGO: 'debug', COUNTERSIGN_DOORBELL: 'loud' }),
    ).toEqual([
      'COUNTERSIGN_AUHT is no setting. Do you mean COUNTERSIGN_AUTH?',
      'COUNTERSIGN_DOORBELL is no setting. The README lists the settings there are.',
      'COUNTERSIGN_LGO is no setting. Do you mean COUNTERSIGN_LOG?',
    ]);
  });

  it('leaves alone what is no setting of the server: secrets, what the command line asks for, and names of others', () => {
    const others = { COUNTERSIGN_SECRET_BANK: 'x', COUNTERSIGN_TOKEN: 'cs_1', COUNTRY: 'PT', PATH: '/bin' };
    expect(errorsOf(others)).toEqual([]);
  });

  it('takes the address of a PostgreSQL database', () => {
    const address = 'postgres://me:secret@db.example:5432/countersign';
    expect(readSettings({ COUNTERSIGN_DATABASE_URL: address })).toMatchObject({
      ok: true,
      settings: { database: address },
    });
    expect(describeDatabase(address)).toBe('PostgreSQL db.example:5432/countersign');
  });

  it.each(['postgres:/x', 'postgres://db.example', 'postgres://me:p/w@db.example/x'])(
    'refuses the address %s without repeating it',
    (address) => {
      const [error] = errorsOf({ COUNTERSIGN_DATABASE_URL: address });
      expect(error).toContain('postgres://user:password@host:5432/database');
      expect(error).not.toContain(address);
    },
  );

  it('tells which parts a choice includes', () => {
    expect(chooses('all', 'agent')).toBe(true);
    expect(chooses('none', 'agent')).toBe(false);
    expect(chooses(['mail'], 'agent')).toBe(false);
    expect(chooses(['agent'], 'agent')).toBe(true);
  });
});
