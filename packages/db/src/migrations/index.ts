import type { Knex } from 'knex';
import * as core from './0001-core.js';
import * as publicApi from './0002-public-api.js';
import * as deliveryEngine from './0003-delivery-engine.js';
import * as portalPeople from './0004-portal-people.js';
import * as portalData from './0005-portal-data.js';

interface Migration {
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

/** Every migration in the order it runs. A landed one is never edited: the next change is the next number. */
export const MIGRATIONS: ReadonlyMap<string, Migration> = new Map<string, Migration>([
  ['0001-core', core],
  ['0002-public-api', publicApi],
  ['0003-delivery-engine', deliveryEngine],
  ['0004-portal-people', portalPeople],
  ['0005-portal-data', portalData],
]);
