import { testShortForm } from './short-form'
import { SUITES } from './suite'

const SERVICES = ['cap', 'hours', 'year', 'poison']

describe('the short form of the suites that strike processes', () => {
  // Whatever the other file does not name is tested here, so that no suite is forgotten.
  testShortForm(SUITES.filter((name) => !SERVICES.includes(name)))
})
