import { testShortForm } from './short-form'

describe('the short form of the suites that strike services', () => {
  testShortForm(['cap', 'hours', 'year', 'poison'])
})
