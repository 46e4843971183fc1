// Prints the public holidays of 2020 to 2030 as an independent package knows them: {"ES": ["2020-01-01", …], "ES-MD": …}.
const Holidays = require('date-holidays')
const days = {}
for (const code of process.argv.slice(2)) {
  const [country, region] = code.split('-')
  const calendar = region ? new Holidays(country, region) : new Holidays(country)
  days[code] = []
  for (let year = 2020; year <= 2030; year++) {
    for (const h of calendar.getHolidays(year)) if (h.type === 'public') days[code].push(h.date.slice(0, 10))
  }
}
console.log(JSON.stringify(days))
