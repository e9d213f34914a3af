package main

// A text is what the demo says, in the three languages of the pages. Those of the site itself are in its catalogue.
type text struct{ kk, ru, en string }

// in returns the text in a language; Kazakh where it is another.
func (t text) in(lang string) string {
	switch lang {
	case "ru":
		return t.ru
	case "en":
		return t.en
	}
	return t.kk
}

// The notice and the window.
var (
	noticeText = text{
		"Бұл — демонстрация. Адамдар, куәландырушы орталық пен NCALayer ойдан шығарылған; нағыз кілттер қабылданбайды.",
		"Это демонстрация. Люди, удостоверяющий центр и NCALayer вымышлены; настоящие ключи не принимаются.",
		"This is a demonstration. The people, their authority and NCALayer are made up; real keys are not accepted.",
	}
	windowTitle = text{"NCALayer — демонстрация эмуляторы", "NCALayer — эмулятор демонстрации", "NCALayer — the demo's emulator"}
	windowLead  = text{
		"Нағыз NCALayer осы жерде өз терезесін ашар еді. Кім қол қоятынын таңдаңыз:",
		"Здесь настоящий NCALayer открыл бы своё окно. Выберите, кто подписывает:",
		"Here the real NCALayer would open its own window. Choose who signs:",
	}
	windowKeys    = text{"Кілт", "Ключ", "Key"}
	windowWeather = text{"Куәландырушы орталықтың қайтарып алуды тексеру қызметтері", "Службы проверки отзыва удостоверяющего центра", "The authority's revocation services"}
	windowSigned  = text{"Қол қойылатын мәтін", "Что подписывается", "What is signed"}
	windowAsks    = text{"Сұраған бет:", "Просит страница:", "The page that asks:"}
	windowSign    = text{"Қол қою", "Подписать", "Sign"}
	windowCancel  = text{"Бас тарту", "Отмена", "Cancel"}
)

// Who has the key.
var (
	rolePerson      = text{"Жеке тұлға, жаңа кілт (GOST)", "Физическое лицо, новый ключ (GOST)", "A person, the new key (GOST)"}
	roleAuthRSA     = text{"Жеке тұлға, бұрынғы кіру кілті AUTH_RSA", "Физическое лицо, прежний ключ для входа AUTH_RSA", "A person, the older sign-in key AUTH_RSA"}
	roleGOST2004    = text{"Жеке тұлға, ескі ГОСТ 34.310-2004 кілті", "Физическое лицо, старый ключ ГОСТ 34.310-2004", "A person, an old key of GOST 34.310-2004"}
	roleRevoked     = text{"Қайтарып алынған кілт", "Отозванный ключ", "A revoked key"}
	roleNeverIssued = text{"Куәландырушы орталық бермеген кілт", "Ключ, которого центр не выдавал", "A key that the authority never issued"}
	roleExpired     = text{"Мерзімі өткен кілт", "Просроченный ключ", "An expired key"}
	roleSigning     = text{"Тек қол қоюға арналған RSA кілті", "Ключ RSA только для подписи", "An RSA key for signing only"}
	roleHead        = text{"Ұйымның бірінші басшысы", "Первый руководитель организации", "The head of an organization"}
	roleForeign     = text{"Бөтен куәландырушы орталықтың кілті", "Ключ чужого удостоверяющего центра", "A key of a foreign authority"}
)

// What the site should do.
var (
	expectIn          = text{"кіргізеді", "впустит", "is let in"}
	expectRevoked     = text{"бас тартады: қайтарып алынған", "откажет: отозван", "is refused: revoked"}
	expectNeverIssued = text{"бас тартады: мұндай сертификат берілмеген", "откажет: такого сертификата не выдавали", "is refused: no such certificate was issued"}
	expectExpired     = text{"бас тартады: мерзімі өткен", "откажет: срок истёк", "is refused: expired"}
	expectUsage       = text{"бас тартады: кіруге арналмаған", "откажет: не для входа", "is refused: not for signing in"}
	expectSubject     = text{"бас тартады: жеке тұлғаның кілті емес", "откажет: ключ не физического лица", "is refused: not a person's own key"}
	expectIssuer      = text{"бас тартады: сенім жоқ", "откажет: центру не доверяют", "is refused: not trusted"}
)

// How the services are.
var (
	weatherFair  = text{"жауап береді", "отвечают", "answer"}
	weatherLists = text{"OCSP үнсіз, тізімдер қолжетімді", "OCSP молчит, списки доступны", "OCSP is down, the lists are there"}
	weatherDown  = text{"ешқайсысы жауап бермейді", "не отвечает ни одна", "none answers"}
	weatherSlow  = text{"тым баяу", "отвечают слишком долго", "are too slow"}
	weatherLying = text{"жауаптарына бөгде біреу қол қойған", "ответы подписаны посторонним", "have answers signed by a stranger"}
)
