package simulation

// fate is how a debtor of the story behaves. Each is reached only by what the firm's strategy and people really do: a fate
// decides answers, never outcomes.
type fate string

const (
	paysAfterMail     fate = "pays_after_mail" // pays a few days after the first reminder
	paysAtOnce        fate = "pays_at_once"    // pays before anybody writes
	paysInParts       fate = "pays_in_parts"   // a part after each message, the rest after the demand
	keepsPromise      fate = "keeps_promise"
	breaksPromise     fate = "breaks_promise"      // promises, pays nothing, pays after the demand
	contestsRightly   fate = "contests_rightly"    // the dispute is upheld; the firm declines the case
	contestsWrongly   fate = "contests_wrongly"    // the dispute is rejected; pays after the demand
	bouncesSettles    fate = "bounces_settles"     // no mail arrives; settles in instalments after the letter, and keeps them
	asksTooMuch       fate = "asks_too_much"       // an offer beyond the firm's authority: the client decides
	breaksAgreement   fate = "breaks_agreement"    // pays one instalment and stops
	settlesAtDiscount fate = "settles_at_discount" // one payment with a discount inside the authority
	silentToCourt     fate = "silent_to_court"     // the petition is filed; the court has served it
	silentToTitle     fate = "silent_to_title"     // no answer to the court: decree and enforcement
	paysInEnforcement fate = "pays_in_enforcement"
	letterReturned    fate = "letter_returned" // unknown at the address: uncollectible
	recalledByClient  fate = "recalled_by_client"
	limitationRunsOut fate = "limitation_runs_out" // an old debt whose limitation day passes while the letter comes back
	settlesOnItsDay   fate = "settles_on_its_day"  // a replayed invoice
	silent            fate = "silent"              // stays wherever the calendar has brought it
)

// sued says whether the story of this debtor goes to court.
func (f fate) sued() bool {
	return f == silentToCourt || f == silentToTitle || f == paysInEnforcement
}

// script is a fate and the time its case needs before the last day of the calendar, in calendar days: long stories start
// early, the newest cases are still young when the calendar ends.
type script struct {
	fate        fate
	early, late int // handed over between early and late days before the end
}

// spanish scripts, in the order in which they are dealt out: every round has every stage and outcome in it.
var spanish = []script{
	{silentToCourt, 150, 110}, {paysAfterMail, 260, 40}, {silent, 16, 4}, {silentToTitle, 230, 190}, {keepsPromise, 250, 60},
	{silent, 45, 34}, {breaksAgreement, 230, 190}, {contestsRightly, 220, 60}, {silent, 100, 80}, {paysInEnforcement, 270, 240},
	{recalledByClient, 230, 60}, {letterReturned, 220, 110}, {bouncesSettles, 270, 210}, {paysAtOnce, 250, 20}, {asksTooMuch, 140, 60},
	{limitationRunsOut, 200, 120}, {contestsWrongly, 240, 110}, {settlesAtDiscount, 230, 70}, {breaksPromise, 240, 110}, {paysInParts, 250, 90},
}

// american scripts: no payment order, so no suit is filed here yet.
var american = []script{
	{paysAfterMail, 260, 30}, {silent, 16, 4}, {keepsPromise, 250, 60}, {silent, 45, 30}, {bouncesSettles, 260, 200}, {contestsWrongly, 240, 90},
	{silent, 140, 80}, {recalledByClient, 230, 60}, {settlesAtDiscount, 230, 60}, {letterReturned, 220, 110}, {asksTooMuch, 140, 60}, {breaksPromise, 240, 90},
	{breaksAgreement, 230, 170}, {paysInParts, 250, 90},
}
