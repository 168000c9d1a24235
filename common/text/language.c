/* Scripts that one language is written in tell it. Cyrillic and Arabic script have
 * letters that only one of their languages has. Where many share a script, the words that
 * are most frequent in each are counted: in prose of any length above a few sentences
 * they are a third of the words, and those of another language are few. */
#include "common/text/language.h"

#include "common/text/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

enum { BYTES_MAX = 8000, WORD_MAX = 24 };

static const struct {
    const char *code, *words; /* between blanks, small */
} latin[] = {
    {"en",
     " the of and to in a is that for it was on are as with his they at be this from "
     "have or by had not but what all were when we there can an which their has been "
     "would who more if will about said "},
    {"de",
     " der die und in den von zu das mit sich des auf ist im dem nicht ein eine als "
     "auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie "
     "einem einen so zum war haben oder zur durch wenn "},
    {"fr",
     " de la le et les des en un du une que est pour qui dans a par plus pas au sur ne "
     "se ce il sont avec son mais comme ou si leur y dont elle deux ces été cette aux "
     "l d qu n s c "},
    {"es",
     " de la que el en y a los se del las un por con no una su para es al lo como más "
     "o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos "
     "también fue había era "},
    {"it",
     " di e il la che in a un per del è una con non della si da le dei i al nel sono "
     "dal alla come anche più lo ma gli delle ha nella su se ci l d dell all o questo "
     "stato suo "},
    {"pt",
     " de a o que e do da em um para é com não uma os no se na por mais as dos como mas "
     "foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo "
     "pela até isso são "},
    {"nl",
     " de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar "
     "bij of uit nog naar heeft hebben deze wordt door over ze hij was worden kan meer "
     "geen dit "},
    {"sv",
     " och i att det som en på är av för med till den har de inte om ett han men var "
     "jag sig från vi så kan när år säger hon under också efter eller nu sin där vid "
     "mot ska "},
    {"da",
     " og i at det er en til på af for med de den der som ikke har et han om var sig "
     "fra men jeg vi kan så ved efter skal også nu man hun mod eller være været blev "
     "hvor "},
    {"no",
     " og i det er på en til som for av at med de den har ikke om et han men var jeg "
     "seg fra vi så kan når år sier hun etter også ble eller nå ved skal blir mot være "
     "hvor "},
    {"fi",
     " ja on ei että oli se hän mutta ovat kun myös kuin joka sen tai ole olla vain "
     "niin jos nyt ovat hänen jo mukaan sekä mitä sitä kanssa vuonna mukaan jälkeen "
     "sanoi "},
    {"hu",
     " a az és hogy nem is egy azt ez meg csak van de volt el már még mint ha vagy ki "
     "én kell lesz fel lehet után minden ezt így nagyon majd most szerint között "},
    {"ro",
     " de în și a la cu pe nu o că din un să pentru este ce mai care au fost s sunt se "
     "lui prin dar ca sau după al fi acest această când fără iar ale "},
    {"tr",
     " ve bir bu da de için ile çok olarak daha o olan gibi en kadar ne var sonra ama "
     "her ki olduğu değil ya diye ise yeni ilk şey mi oldu bin göre "},
    {"pl",
     " w i na z się nie do to że jest o a od po za jak przez dla są ale czy tak co jego "
     "był być tym które który jej może roku ze "},
    {"cs",
     " a v se na je že s z do o i to ve pro k za by si po ale jako který jsou jeho co "
     "byl tak od podle ještě jen už při byla bude "},
    {"sk",
     " a v sa na je že s z do o i to vo pre k za by si po ale ako ktorý sú jeho čo bol "
     "tak od podľa ešte len už pri bola bude "},
    {"hr",
     " i u je na se da za su od s o ne koji to kao iz a do će bi što nije ili po ali "
     "koja samo ima prema nakon više "},
    {"ca",
     " de la i el que a en les per un els del amb una no és es ha d l al als va més o "
     "com aquest s pel seu però són també aquesta sobre dels entre han "},
    {"eu",
     " eta da ez ere bat du izan dira zuen egin den dute baina horrek dela zen hori "
     "batean beste egiten izango duen oso zuten bere arte gabe "},
    {"ga",
     " an na agus a i ar is go le ag sé bhí do ní tá sin de nach mar air atá siad bhfuil "
     "seo ach chun raibh "},
    {"id",
     " yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena "
     "tersebut bisa ada mereka lebih sudah kata atau oleh menjadi telah tahun adalah "},
    {"lt",
     " ir į kad yra iš su tai bet kaip o apie jau ne per buvo po tik nuo dar už šio jo "
     "prie gali taip bus arba metų "},
    {"sw",
     " ya na wa kwa ni katika za la kuwa hiyo cha huo hilo yake alisema baada hii huyo "
     "kwamba wake pia lakini watu hivyo "},
    {"ha",
     " da na a ta ya ne ba shi su wannan cewa ke mai sun wani don amma yi ce domin kuma "
     "yana zai masu daga cikin "},
    {"yo", " ti ni awọn ó tí àwọn sì fún wọn ń ṣe kan pé náà lọ bá jẹ́ ló mi ẹ o tó sí "},
    {"ig", " na ndị ka nke ọ bụ n ya a maka dị ahụ ha iji kwuru mgbe onye nwere "},
    {"so",
     " iyo ka oo in ku ee u ay waxaa uu la soo waa ayaa kale si lagu aan ayuu sida "},
    {"om", " kan fi akka irratti waan isaa jira kana keessa ta’e hin isaan bara ture "},
    {"vi",
     " và của là có được cho trong một với không các người đã này khi những từ để ra "
     "đến như về tại "},
};

enum { LATIN_COUNT = sizeof latin / sizeof *latin };

struct counts {
    uint32_t scripts[USCRIPT_CODE_LIMIT];
    uint32_t letters;
    uint32_t ukrainian, belarusian, serbian, russian, bulgarian; /* their own letters */
    uint32_t persian, urdu;
    uint32_t words, hits[LATIN_COUNT];
};

static bool is_one_of(uint32_t c, const char *letters)
{
    const char *end = letters + strlen(letters);
    size_t size;
    for (const char *at = letters; at < end; at += size)
        if (utf8_decode(at, end, &size) == c)
            return true;
    return false;
}

static void count_letter(struct counts *n, uint32_t c)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script =
        c < 0x250 ? USCRIPT_LATIN : uscript_getScript((UChar32)c, &error);
    n->letters++;
    n->scripts[script]++;
    if (script == USCRIPT_CYRILLIC) {
        n->ukrainian += is_one_of(c, "іїєґІЇЄҐ");
        n->belarusian += is_one_of(c, "ўЎ");
        n->serbian += is_one_of(c, "ђћљњџј");
        n->russian += is_one_of(c, "ыэёЫЭЁ");
        n->bulgarian += is_one_of(c, "ъЪ");
    } else if (script == USCRIPT_ARABIC) {
        n->persian += is_one_of(c, "پچژگ");
        n->urdu += is_one_of(c, "ٹڈڑےں");
    }
}

static void count_word(struct counts *n, const char *word, size_t size)
{
    char key[WORD_MAX + 3];
    n->words++;
    if (size == 0 || size > WORD_MAX)
        return;
    key[0] = ' ';
    memcpy(key + 1, word, size);
    memcpy(key + 1 + size, " ", 2);
    for (size_t l = 0; l < LATIN_COUNT; l++)
        n->hits[l] += strstr(latin[l].words, key) != NULL;
}

static void count(struct counts *n, struct slice text)
{
    char word[WORD_MAX + 4];
    size_t word_size = 0, size;
    bool in_word = false;
    const char *end = text.data + (text.size < BYTES_MAX ? text.size : BYTES_MAX);
    for (const char *at = text.data; at < end; at += size) {
        UChar32 c = (UChar32)utf8_decode(at, text.data + text.size, &size);
        bool is_letter = u_isalpha(c) || u_charType(c) == U_NON_SPACING_MARK;
        if (!is_letter) {
            if (in_word)
                count_word(n, word, word_size);
            in_word = false;
            word_size = 0;
            continue;
        }
        in_word = true;
        if (u_isalpha(c))
            count_letter(n, (uint32_t)c);
        UChar32 small = u_tolower(c);
        if (word_size > WORD_MAX)
            continue;
        if (small < 0x80)
            word[word_size++] = (char)small;
        else if (word_size + size <= WORD_MAX && small == c) {
            memcpy(word + word_size, at, size);
            word_size += size;
        } else {
            word_size = WORD_MAX + 1; /* too long for any of the lists */
        }
    }
    if (in_word)
        count_word(n, word, word_size);
}

static const char *of_cyrillic(const struct counts *n)
{
    uint32_t few = n->scripts[USCRIPT_CYRILLIC] / 200;
    if (n->belarusian > few)
        return "be";
    if (n->ukrainian > few && n->ukrainian > n->russian)
        return "uk";
    if (n->serbian > few)
        return "sr";
    if (n->russian > few)
        return "ru";
    return n->bulgarian > few ? "bg" : "ru";
}

static const char *of_latin(const struct counts *n)
{
    size_t best = 0;
    uint32_t second = 0;
    for (size_t l = 1; l < LATIN_COUNT; l++)
        if (n->hits[l] > n->hits[best])
            best = l;
    for (size_t l = 0; l < LATIN_COUNT; l++)
        if (l != best && n->hits[l] > second)
            second = n->hits[l];
    bool shows = n->hits[best] >= 2 && n->hits[best] * 10 >= n->words &&
                 n->hits[best] * 10 > second * 11;
    return shows ? latin[best].code : "";
}

struct slice language_detect(struct slice text)
{
    static const struct {
        UScriptCode script;
        const char *code;
    } single[] = {
        {USCRIPT_GREEK, "el"},      {USCRIPT_HEBREW, "he"},   {USCRIPT_HANGUL, "ko"},
        {USCRIPT_THAI, "th"},       {USCRIPT_ARMENIAN, "hy"}, {USCRIPT_GEORGIAN, "ka"},
        {USCRIPT_DEVANAGARI, "hi"}, {USCRIPT_BENGALI, "bn"},  {USCRIPT_TAMIL, "ta"},
        {USCRIPT_TELUGU, "te"},     {USCRIPT_ETHIOPIC, "am"}, {USCRIPT_KHMER, "km"},
        {USCRIPT_LAO, "lo"},        {USCRIPT_MYANMAR, "my"},  {USCRIPT_SINHALA, "si"},
        {USCRIPT_GUJARATI, "gu"},   {USCRIPT_GURMUKHI, "pa"}, {USCRIPT_MALAYALAM, "ml"},
        {USCRIPT_KANNADA, "kn"}};
    struct counts n = {.letters = 0};
    const char *code = "";
    count(&n, text);
    uint32_t half = n.letters / 2,
             kana = n.scripts[USCRIPT_HIRAGANA] + n.scripts[USCRIPT_KATAKANA];
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (n.scripts[single[i].script] > half)
            code = single[i].code;
    if (n.scripts[USCRIPT_HAN] + kana > half)
        code = kana * 20 > n.letters ? "ja" : "zh";
    else if (n.scripts[USCRIPT_CYRILLIC] > half)
        code = of_cyrillic(&n);
    else if (n.scripts[USCRIPT_ARABIC] > half)
        code = n.urdu * 100 > n.letters      ? "ur"
               : n.persian * 100 > n.letters ? "fa"
                                             : "ar";
    else if (n.scripts[USCRIPT_LATIN] > half)
        code = of_latin(&n);
    return slice_of(code);
}
