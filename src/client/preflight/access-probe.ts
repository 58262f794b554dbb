import { readFileSync } from 'node:fs';
import { becomeUser } from '../../system/users';
import { findObstacle, type Use } from './access';

/*
 * Run by root as a process of its own, because becoming a user cannot be undone: reads the user and what to try from
 * standard input, and writes the obstacles to standard output.
 */

const { user, uses } = JSON.parse(readFileSync(0, 'utf8'));
becomeUser(user);
process.stdout.write(JSON.stringify((uses as Use[]).map(findObstacle)));
