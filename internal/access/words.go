package access

import "slices"

// Object is what something is done to: the nouns of the API, in the domain's spelling.
type Object string

const (
	// what a client hands over
	ObjPortfolio      Object = "portfolio"
	ObjWatchedInvoice Object = "watched_invoice"
	ObjReceivables    Object = "receivables"
	ObjCreditFile     Object = "credit_file"
	ObjAlert          Object = "alert"
	ObjDebt           Object = "debt"
	// the case and what is told and written in it
	ObjCase         Object = "case"
	ObjAccount      Object = "account"
	ObjPerson       Object = "person"
	ObjContactPoint Object = "contact_point"
	ObjTask         Object = "task"
	ObjInteraction  Object = "interaction"
	ObjNoteInternal Object = "note_internal"
	ObjMessage      Object = "message"
	ObjHold         Object = "hold"
	ObjDispute      Object = "dispute"
	ObjPromise      Object = "promise"
	ObjDocument     Object = "document"
	ObjLimitation   Object = "limitation"
	// money
	ObjPayment     Object = "payment"
	ObjBankLine    Object = "bank_line"
	ObjLedgerEntry Object = "ledger_entry"
	ObjStatement   Object = "statement"
	ObjRemittance  Object = "remittance"
	// acts with legal effect
	ObjDemand     Object = "demand"
	ObjAgreement  Object = "agreement"
	ObjApproval   Object = "approval"
	ObjProceeding Object = "proceeding"
	ObjAct        Object = "act"
	ObjFiling     Object = "filing"
	ObjDeadline   Object = "deadline"
	// clients and what rules the work
	ObjClient   Object = "client"
	ObjMandate  Object = "mandate"
	ObjStrategy Object = "strategy"
	ObjTemplate Object = "template"
	ObjLaw      Object = "law"
	ObjSetting  Object = "setting"
	// people and programs
	ObjUser      Object = "user"
	ObjSession   Object = "session"
	ObjAPIKey    Object = "api_key"
	ObjWebhook   Object = "webhook"
	ObjEvent     Object = "event"
	ObjOperation Object = "operation"
	ObjSavedView Object = "saved_view"
	ObjTeam      Object = "team"
	ObjQueue     Object = "queue"
	ObjJob       Object = "job"
	ObjReport    Object = "report"
	ObjSandbox   Object = "sandbox"
	// what proves and protects
	ObjEvidence    Object = "evidence"
	ObjAccessLog   Object = "access_log"
	ObjWall        Object = "wall"
	ObjAbsence     Object = "absence"
	ObjEmergency   Object = "emergency"
	ObjExternal    Object = "external"
	ObjDataRequest Object = "data_request"
	ObjDataBlock   Object = "data_block"
	ObjLegalHold   Object = "legal_hold"
)

var objects = closed("object",
	ObjPortfolio, ObjWatchedInvoice, ObjReceivables, ObjCreditFile, ObjAlert, ObjDebt, ObjCase, ObjAccount,
	ObjPerson, ObjContactPoint, ObjTask, ObjInteraction, ObjNoteInternal, ObjMessage, ObjHold, ObjDispute,
	ObjPromise, ObjDocument, ObjLimitation, ObjPayment, ObjBankLine, ObjLedgerEntry, ObjStatement, ObjRemittance, ObjDemand, ObjAgreement,
	ObjApproval, ObjProceeding, ObjAct, ObjFiling, ObjDeadline, ObjClient, ObjMandate, ObjStrategy, ObjTemplate,
	ObjLaw, ObjSetting, ObjUser, ObjSession, ObjAPIKey, ObjWebhook, ObjEvent, ObjOperation, ObjSavedView, ObjTeam,
	ObjQueue, ObjJob, ObjReport, ObjSandbox, ObjEvidence, ObjAccessLog, ObjWall, ObjAbsence, ObjEmergency, ObjExternal, ObjDataRequest, ObjDataBlock,
	ObjLegalHold)

// Objects returns the closed list.
func Objects() []Object { return slices.Clone(objects.list) }

// Action is what is done: a verb the firm uses.
type Action string

const (
	// looking
	ActRead    Action = "read"
	ActList    Action = "list"
	ActPreview Action = "preview"
	ActExport  Action = "export"
	ActVerify  Action = "verify"
	// putting in
	ActSubmit  Action = "submit"
	ActRecord  Action = "record"
	ActEdit    Action = "edit"
	ActAdjust  Action = "adjust"
	ActDraft   Action = "draft"
	ActRequest Action = "request"
	ActAnswer  Action = "answer"
	// deciding
	ActReview  Action = "review"
	ActApprove Action = "approve"
	ActReject  Action = "reject"
	ActSign    Action = "sign"
	ActGrant   Action = "grant"
	ActRefuse  Action = "refuse"
	ActResolve Action = "resolve"
	// carrying out
	ActDispatch Action = "dispatch"
	ActDeliver  Action = "deliver"
	ActFile     Action = "file"
	ActPropose  Action = "propose"
	ActAccept   Action = "accept"
	ActCancel   Action = "cancel"
	ActAdvance  Action = "advance"
	ActAssign   Action = "assign"
	ActTake     Action = "take"
	ActPlace    Action = "place"
	ActLift     Action = "lift"
	ActRecall   Action = "recall"
	ActPromote  Action = "promote"
	ActComplete Action = "complete"
	// money
	ActAllocate  Action = "allocate"
	ActReconcile Action = "reconcile"
	ActReverse   Action = "reverse"
	ActPrepare   Action = "prepare"
	// running the firm
	ActManage Action = "manage"
)

var actions = closed("action",
	ActRead, ActList, ActPreview, ActExport, ActVerify, ActSubmit, ActRecord, ActEdit, ActAdjust, ActDraft,
	ActRequest, ActAnswer, ActReview, ActApprove, ActReject, ActSign, ActGrant, ActRefuse, ActResolve,
	ActDispatch, ActDeliver, ActFile, ActPropose, ActAccept, ActCancel, ActAdvance, ActAssign, ActTake, ActPlace,
	ActLift, ActRecall, ActPromote, ActComplete, ActAllocate, ActReconcile, ActReverse, ActPrepare, ActManage)

// Actions returns the closed list.
func Actions() []Action { return slices.Clone(actions.list) }

// State is how the thing itself stands: a demand's or an agreement's own state; a case is open or closed.
type State string

const (
	// for lists, for what is about to be made, and for what has no states
	NoState State = "-"
	// written papers
	StateDraft      State = "draft"
	StateInReview   State = "in_review"
	StateApproved   State = "approved"
	StateSigned     State = "signed"
	StateIssued     State = "issued"
	StateDispatched State = "dispatched"
	StateDelivered  State = "delivered"
	StateFiled      State = "filed"
	StateAdmitted   State = "admitted"
	StateRefused    State = "refused"
	StateReturned   State = "returned"
	// agreements, promises, approvals
	StateProposed       State = "proposed"
	StateAwaitingClient State = "awaiting_client"
	StateAwaitingFirm   State = "awaiting_firm"
	StateGranted        State = "granted"
	StateActive         State = "active"
	StateKept           State = "kept"
	StatePartlyKept     State = "partly_kept"
	StateLate           State = "late"
	StateBroken         State = "broken"
	StateCancelled      State = "cancelled"
	// messages
	StateReserved  State = "reserved"
	StateSent      State = "sent"
	StateAmbiguous State = "ambiguous"
	StateFailed    State = "failed"
	// everything that is open or not
	StateOpen     State = "open"
	StateResolved State = "resolved"
	StateLifted   State = "lifted"
	StateClosed   State = "closed"
)

var states = closed("state",
	NoState, StateDraft, StateInReview, StateApproved, StateSigned, StateIssued, StateDispatched, StateDelivered,
	StateFiled, StateAdmitted, StateRefused, StateReturned, StateProposed, StateAwaitingClient, StateAwaitingFirm,
	StateGranted, StateActive, StateKept, StatePartlyKept, StateLate, StateBroken, StateCancelled, StateReserved,
	StateSent, StateAmbiguous, StateFailed, StateOpen, StateResolved, StateLifted, StateClosed)

// States returns the closed list.
func States() []State { return slices.Clone(states.list) }
