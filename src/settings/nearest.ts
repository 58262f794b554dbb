export { askFor, nearestName, suggest } from '../system/nearest';
