export { askFor, nearestName, suggest } from '../system/text/nearest';
