package verdict

import "slices"

// Reason is the stable word for why an answer is not good. The empty Reason means there is nothing to complain
// of. A Reason is itself an error, so that errors.Is(err, verdict.Revoked) works on whatever the library returns.
type Reason string

// The reasons. [Reason.Text] has a sentence for each.
const (
	Malformed                  Reason = "malformed"
	UnsupportedAlgorithm       Reason = "unsupported-algorithm"
	WeakAlgorithm              Reason = "weak-algorithm"
	NoSigners                  Reason = "no-signers"
	TooManySigners             Reason = "too-many-signers"
	SignerCertificateMissing   Reason = "signer-certificate-missing"
	ContentMissing             Reason = "content-missing"
	DigestMismatch             Reason = "digest-mismatch"
	SignatureInvalid           Reason = "signature-invalid"
	SignedAttributesInvalid    Reason = "signed-attributes-invalid"
	SigningCertificateMismatch Reason = "signing-certificate-mismatch"
	UnknownIssuer              Reason = "unknown-issuer"
	PathInvalid                Reason = "path-invalid"
	CertExpired                Reason = "cert-expired"
	CertNotYetValid            Reason = "cert-not-yet-valid"
	UsageNotAllowed            Reason = "usage-not-allowed"
	SubjectNotAccepted         Reason = "subject-not-accepted"
	NoIIN                      Reason = "no-iin"
	Revoked                    Reason = "revoked"
	RevocationUnknown          Reason = "revocation-unknown"
	RevocationUnavailable      Reason = "revocation-unavailable"
	TimestampInvalid           Reason = "timestamp-invalid"
	TimestampMissing           Reason = "timestamp-missing"
	TimestampUntrusted         Reason = "timestamp-untrusted"
	ChallengeUnknown           Reason = "challenge-unknown"
	ChallengeExpired           Reason = "challenge-expired"
	OriginMismatch             Reason = "origin-mismatch"
	ContentMismatch            Reason = "content-mismatch"
	LimitExceeded              Reason = "limit-exceeded"
)

// A row of the table of reasons: the kind of error, the verdict on the thing judged, and the sentences for the
// person at the screen.
type row struct {
	reason     Reason
	kind       Kind
	verdict    Verdict
	kk, ru, en string
}

// The order is that of the constants. Only two reasons leave a thing undecided: octets that could not be read at
// all, and revocation that nobody could tell.
var table = []row{
	{
		Malformed, KindMalformed, Undecided,
		"Деректер бүлінген немесе олардың пішімі белгісіз.",
		"Данные повреждены или имеют неизвестный формат.",
		"The data is damaged or in an unknown format.",
	},
	{
		UnsupportedAlgorithm, KindUnsupported, Bad,
		"Қолтаңба алгоритміне қолдау көрсетілмейді.",
		"Алгоритм подписи не поддерживается.",
		"The signature algorithm is not supported.",
	},
	{
		WeakAlgorithm, KindRejected, Bad,
		"Ескірген, сенімсіз алгоритм немесе тым қысқа кілт қолданылған.",
		"Использован устаревший ненадёжный алгоритм или слишком короткий ключ.",
		"An outdated, insecure algorithm or a key that is too short was used.",
	},
	{
		NoSigners, KindRejected, Bad,
		"Хабарламада бірде-бір қолтаңба жоқ.",
		"В сообщении нет ни одной подписи.",
		"The message contains no signature.",
	},
	{
		TooManySigners, KindRejected, Bad,
		"Бір ғана қолтаңба күтілген еді, ал хабарламада бірнеше қолтаңба бар.",
		"Ожидалась одна подпись, а в сообщении их несколько.",
		"One signature was expected, but the message contains several.",
	},
	{
		SignerCertificateMissing, KindRejected, Bad,
		"Қол қойған тұлғаның сертификаты табылмады.",
		"Сертификат подписавшего не найден.",
		"The signer's certificate was not found.",
	},
	{
		ContentMissing, KindRejected, Bad,
		"Қол қойылған құжаттың өзі ұсынылмаған.",
		"Сам подписанный документ не предоставлен.",
		"The signed document itself was not provided.",
	},
	{
		DigestMismatch, KindRejected, Bad,
		"Құжат қол қойылғаннан кейін өзгертілген немесе бұл басқа құжат.",
		"Документ изменён после подписания, или это другой документ.",
		"The document was changed after signing, or it is a different document.",
	},
	{
		SignatureInvalid, KindRejected, Bad,
		"Қолтаңба жарамсыз.",
		"Подпись недействительна.",
		"The signature is not valid.",
	},
	{
		SignedAttributesInvalid, KindRejected, Bad,
		"Қолтаңбаның қызметтік деректері ережелерге сай келмейді.",
		"Служебные данные подписи не соответствуют правилам.",
		"The signed attributes of the signature do not follow the rules.",
	},
	{
		SigningCertificateMismatch, KindRejected, Bad,
		"Қолтаңба басқа сертификатқа байланыстырылған.",
		"Подпись привязана к другому сертификату.",
		"The signature is bound to another certificate.",
	},
	{
		UnknownIssuer, KindRejected, Bad,
		"Сертификатты берген куәландырушы орталық сенімділер қатарында жоқ.",
		"Сертификат выдан удостоверяющим центром, который не входит в число доверенных.",
		"The certificate was not issued by a trusted certification authority.",
	},
	{
		PathInvalid, KindRejected, Bad,
		"Сертификаттар тізбегі тексеруден өтпеді.",
		"Цепочка сертификатов не прошла проверку.",
		"The certificate chain did not pass verification.",
	},
	{
		CertExpired, KindRejected, Bad,
		"Сертификаттың қолданылу мерзімі аяқталған.",
		"Срок действия сертификата истёк.",
		"The certificate has expired.",
	},
	{
		CertNotYetValid, KindRejected, Bad,
		"Сертификаттың қолданылу мерзімі әлі басталған жоқ.",
		"Срок действия сертификата ещё не начался.",
		"The certificate is not valid yet.",
	},
	{
		UsageNotAllowed, KindRejected, Bad,
		"Бұл кілт мұндай әрекетке арналмаған.",
		"Этот ключ не предназначен для такого действия.",
		"This key is not meant for this use.",
	},
	{
		SubjectNotAccepted, KindRejected, Bad,
		"Бұл жерде мұндай санаттағы иелердің сертификаттары қабылданбайды.",
		"Сертификаты владельцев этой категории здесь не принимаются.",
		"Certificates of this category of holders are not accepted here.",
	},
	{
		NoIIN, KindRejected, Bad,
		"Сертификат бойынша ЖСН анықталмады.",
		"Не удалось определить ИИН по сертификату.",
		"No IIN could be determined from the certificate.",
	},
	{
		Revoked, KindRejected, Bad,
		"Сертификат кері қайтарып алынған.",
		"Сертификат отозван.",
		"The certificate has been revoked.",
	},
	{
		RevocationUnknown, KindRejected, Bad,
		"Куәландырушы орталықта бұл сертификат туралы мәлімет жоқ.",
		"У удостоверяющего центра нет сведений об этом сертификате.",
		"The certification authority has no record of this certificate.",
	},
	{
		RevocationUnavailable, KindUndecided, Undecided,
		"Сертификаттың кері қайтарып алынған-алынбағанын тексеру мүмкін болмады. Кейінірек қайталап көріңіз.",
		"Не удалось проверить, не отозван ли сертификат. Попробуйте позже.",
		"Whether the certificate has been revoked could not be checked. Please try again later.",
	},
	{
		TimestampInvalid, KindRejected, Bad,
		"Уақыт белгісі жарамсыз.",
		"Метка времени недействительна.",
		"The time stamp is not valid.",
	},
	{
		TimestampMissing, KindRejected, Bad,
		"Қолтаңбада уақыт белгісі жоқ.",
		"В подписи нет метки времени.",
		"The signature has no time stamp.",
	},
	{
		TimestampUntrusted, KindRejected, Bad,
		"Уақыт белгісін берген қызмет сенімділер қатарында жоқ.",
		"Метка времени выдана службой, которая не входит в число доверенных.",
		"The time stamp was not issued by a trusted authority.",
	},
	{
		ChallengeUnknown, KindRejected, Bad,
		"Кіру сұрауы табылмады немесе ол бұрын пайдаланылған. Қайтадан бастаңыз.",
		"Запрос на вход не найден или уже использован. Начните заново.",
		"The sign-in request is unknown or already used. Please start again.",
	},
	{
		ChallengeExpired, KindRejected, Bad,
		"Кіру сұрауының мерзімі өтіп кетті. Қайтадан бастаңыз.",
		"Срок действия запроса на вход истёк. Начните заново.",
		"The sign-in request has expired. Please start again.",
	},
	{
		OriginMismatch, KindRejected, Bad,
		"Қолтаңба басқа сайтқа кіруге арналған.",
		"Подпись предназначена для входа на другой сайт.",
		"The signature is meant for signing in to another site.",
	},
	{
		ContentMismatch, KindRejected, Bad,
		"Күтілген мәтінге емес, басқа мәтінге қол қойылған.",
		"Подписан не тот текст, который ожидался.",
		"The signed text is not the expected one.",
	},
	{
		LimitExceeded, KindLimit, Bad,
		"Деректердің көлемі тым үлкен немесе олар тым күрделі.",
		"Данные слишком велики или слишком сложны.",
		"The data is too large or too complex.",
	},
}

func (r Reason) row() (row, bool) {
	i := slices.IndexFunc(table, func(row row) bool { return row.reason == r })
	if i < 0 {
		return row{}, false
	}
	return table[i], true
}

// Reasons returns all the reasons in the order of the table.
func Reasons() []Reason {
	all := make([]Reason, len(table))
	for i, row := range table {
		all[i] = row.reason
	}
	return all
}

// Kind returns the kind of error that the reason belongs to. An unknown word is undecided.
func (r Reason) Kind() Kind {
	if row, ok := r.row(); ok {
		return row.kind
	}
	return KindUndecided
}

// Verdict returns the verdict on a thing of which r is said: [Good] for the empty reason, [Undecided] for an
// unknown word.
func (r Reason) Verdict() Verdict {
	if r == "" {
		return Good
	}
	row, _ := r.row()
	return row.verdict
}

// Languages returns the languages of [Reason.Text]: "kk", "ru", "en".
func Languages() []string { return []string{"kk", "ru", "en"} }

// Text returns a sentence for the person at the screen in "kk", "ru" or "en"; any other language gets English.
// The empty and the unknown reason have no sentence.
func (r Reason) Text(lang string) string {
	row, _ := r.row()
	switch lang {
	case "kk":
		return row.kk
	case "ru":
		return row.ru
	}
	return row.en
}

// Error makes a Reason a target of errors.Is. It is the bare word, so that a Reason prints as it is written.
func (r Reason) Error() string { return string(r) }
