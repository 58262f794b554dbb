import { requireProgram } from '../../settings/resolve';
import type { Configuration } from '../../settings/settings';
import type { Flavour } from '../context';
import { checkPlaces } from './places';
import { checkProbes } from './probes';
import { checkProgram, checkSize, checkTests } from './program';
import { checkRights, type SettingUse } from './rights';
import { checkSurroundings } from './surroundings';
import { checkTrust } from './trust';

/**
 * Makes every check that a start makes first.
 *
 * @param configuration
 * @param flavour see `checkPlaces`
 * @param args words after the command
 * @param isRoots there is a manager, and it is root's
 * @returns the files of the program or of the steps
 * @throws UserError with the first fault
 */
export function checkEverything(
  configuration: Configuration,
  flavour: Flavour,
  args: readonly string[] = [],
  isRoots = false,
): SettingUse[] {
  requireProgram(configuration);
  checkPlaces(configuration, flavour);
  checkSurroundings(configuration);
  checkTrust(configuration);
  const programs = checkProgram(configuration);
  const tests = checkTests(configuration);
  checkProbes(configuration);
  checkSize(configuration, args);
  checkRights(configuration, [...programs, ...tests], isRoots);
  return programs;
}
