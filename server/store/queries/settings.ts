/** Reads and writes the table `setting`: what a database was given once and keeps. */
import type { Knex } from 'knex';

/** The value of a setting; null where it was never written. */
export async function readSetting(knex: Knex, name: string): Promise<string | null> {
  const row = await knex('setting').where({ name }).first<{ value: string } | undefined>('value');
  return row?.value ?? null;
}

/** Writes a setting that is not there yet; answers the value that it has then. */
export async function writeSetting(knex: Knex, name: string, value: string): Promise<string> {
  await knex('setting').insert({ name, value }).onConflict('name').ignore();
  return (await readSetting(knex, name)) ?? value;
}
