"""Writes the golden file of CaptionTokenizerTest, and the table of characters that the tokenizer reads.

Usage, from the folder close-core, with Java on the path (pycocoevalcap starts a Java program):

    pip install pycocoevalcap==1.2      (Python 3.11; it holds stanford-corenlp-3.4.1.jar)
    python src/test/python/caption_tokenizer_golden.py golden
    python src/test/python/caption_tokenizer_golden.py characters
    python src/test/python/caption_tokenizer_golden.py held-out SEED COUNT FILE

`golden` writes src/test/resources/io/github/close4j/metric/odd-captions.jsonl: the captions below and
captions made of them and of odd pieces, from a seed, each with its words as pycocoevalcap gives them.
`characters` writes src/main/resources/io/github/close4j/metric/token-characters.txt: what the program does
with each character between blanks, letters and digits. `held-out` makes a file of the first kind by
another grammar, for captions that no rule was tuned on.

Each caption is tokenized apart: the program reads on into the next line to tell whether a dot ends a
sentence, so a line with one plain word stands between any two.
"""

import json
import random
import sys
from importlib.metadata import version
from pathlib import Path

from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

GOLDEN = Path("src/test/resources/io/github/close4j/metric/odd-captions.jsonl")
CHARACTERS = Path("src/main/resources/io/github/close4j/metric/token-characters.txt")
SEED = 20261129
MADE = 2400
BETWEEN = "between"

# What captions and answers of people hold, one kind a line; each is also cut at its bars.
WRITTEN = """
a 3.5-inch disk|a 12-inch pizza|3.5 inches|a 2x4|5x7 photo|1080p TV|mp3 player|H2O|CO2|4WD|B2B|a 747-400|F-16s
C++ and C# books|c++|F#|.NET|node.js|ASP.NET|IMG_1.JPG 4.jpg a.png, 3.html. x.zip|A+ grade|B- grade|i++|notepad++|C+C
see http://www.example.com/a?b=c&d=e, www.foo.com and foo.com|https://t.co/AbC1!|(http://a.com/x)|http://a.b.c/d_e-(f)
foo.com/x/y.html?z=1|www.a_b.org|bit.ly/abc|amazon.com's|http://localhost:80/x|ftp://a.b|HTTP://EXAMPLE.COM|IMG_1234.JPG
mail me@there.com or a.b@c-d.co.uk|mailto:a@b.com|<x@y.org>|me @ there|a@b
#tag #two_words #2fast #cats! @name @na_me @1 @@x|#sunset #nofilter|@user's dog|RT @user: look
😀|a 😀 b|so cute😍😍|👍🏽|👨‍👩‍👧 family|x❤️y|☺ ♥ ★ ✓ → ©2014 ™ ®|🇬🇧 flag
:) :-) ;) :( :'( :D :p :P ;D =) =D :| :] <3 </3 :o) >:( ^_^ -_- >_< T_T (^_^) o.O XD xD :-/ :/ 8)|hello:)|nice :)!
£5 €5 ¥5 5¢ $5 US$5 C$5 A$AP HK$ R$ $1.50 $1,000 $.50 $5-10 $5k £1.50 ₹500 5€ $$$ Ke$ha
日本語の看板|한국어 간판|中文 招牌，红色。|ひらがな カタカナ ー|漢字A1|เมืองไทย|مرحبا بالعالم|Привет, мир!|Ελληνικά|שלום|नमस्ते दुनिया
ＦＵＬＬ ｗｉｄｔｈ １２３|a，b。c！|「quoted」|（full）
<b>bold</b> <br/> <br /> <a href="x y">z</a> <!-- no --> <p class=x> a<b a>b a < b <1> <?xml a?>|x<y|1 < 2 > 0
&amp; &lt;x&gt; AT&amp;T a&amp;b &quot;hi&quot; &#39; &nbsp; x&nbsp;y &copy; &eacute;t&eacute; &mdash; caf&eacute;
10:30 10:30pm 10:30 p.m. 10:30AM 5pm 5 p.m. 5p.m. 9:5 12:30:45 10.30am 24/7 9/11|at 9:00pm.|5 o'clock
12/25/2010 2010-12-25 25.12.2010 Jan. 5, 2010 Jan 5th '60s 1960s 1960's 60's '60 mid-1980s 1980-90 1980–90
555-1234 555-123-4567 (555) 123-4567 (555)123-4567 555.123.4567 1-800-FLOWERS +1 555 123 4567 +44 20 7946 0958 555 123 4567
1/2 1 1/2 1½ ½ ⅓ 2 3/4 1-1/2 10 1/2 3/4-inch 1/2-inch 1⁄2 1/2/3/4 ¾ cup
50% 50 % 5.5% 50%off 5‰ 100%. 90° 90°F 25 °C 5º 45-degree ±5 5×7 6'2" 5'10 5″ x² m³ H₂O 10⁻³
Mr. Smith Mrs. Dr. St. Louis Main St. Inc. Co. Ltd. Corp. Ave. Blvd. Rd. Mt. Ft. Jr. Sr. Prof. Gen. vs. etc. No. 5 no. five Fig. 2 pp. 5
U.S. The U.S. flag|the U.S.-based U.S.A. U.K. a.m. p.m. e.g. i.e. Ph.D. D.C. B.C.|George W. Bush|J.R.R. Tolkien|J.K. Rowling|W.A.
the letter P.|sign with a B. The sign|a letter S. It is|by S. Gay st.|vitamin C.|Plan B. He left|A. A man|U. S. A.
wait... what…? no....... a...b . . . ...a a..b ?! !! ??? !? what?!no|stop!go|really?yes
a - b a -- b a --- b a—b a – b a―b a−b -a a- -5 --5 - -- --- ----- x‐ray x‑ray well- known|1-2 1–2 1—2
"a" “a” ‘a’ „a” «a» ‹a› ``a'' `a` ''a'' ""a"" “‘a’” ”a“ ’a‘ '"a"' 'No Parking' 'neon'|"STOP"
don't DON'T can't cannot won't ain't shan't I'm we've he'd they'll it's its' James' dogs' man's y'all ma'am o'clock
don’t can’t it’s I’m we’ve dogs’ ’tis ’60s rock’n’roll o’clock O’Brien l’eau ’em y’all don‘t isn`t isn´t
rock 'n' roll|rock'n'roll|'em 'til 'cause 'bout 'round 'tis 'twas ol' goin' dunkin' somethin' li'l e'er ne'er o'er c'mon s'mores|fish 'n chips
O'Brien D'Angelo d'or l'eau l'été qu'il c'est n'est j'ai Hawai'i Xi'an Qur'an Shi'a B'nai K'nex po'boy hors d'oeuvres L'Oréal
gonna wanna gotta gimme lemme cannot. gonna-be dunno kinda wouldn't've shouldn't've couldn't've y'all've|gonna's
café naïve Zürich São Señor Ångström cafe\u0301 nin\u0303o Ko\u0308ln smörgåsbord œuvre ß ﬁne
a\u200bb \ufeffa a\u00a0b a\u2009b a\u00adb soft\u00adhyphen a\u3000b \u200eleft x\u2060y a\u0001b
AT&T R&D Q&A M&M's A&W B&B a&t r&d AT & T A&B&C rock&roll A+B
and/or his/her w/ w/o b/c c/o km/h a/b/c a/b/c/d black/white 1/a input/output cathedral/clock-tower
black-and-white mother-in-law's x-ray T-shirt re-do's 18-wheeler 2-for-1 9-to-5 co-op 3-D 7-Eleven a_b _a a__b snake_case ___
(a) [a] {a} (1) a(b) (s) ((a)) () [sic] {} man(s) (U.S.)
* ** *** a*b *a* ~ ~a a~b | a|b \\ a\\b ^ a^b = == a=b + a+b @ # % & <> << >> => -> <- --> • · § ¶ † ¿ ¡
supercalifragilisticexpialidocious aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|loooooool
table.The dog|end.Next|e.g.this|a.b.c|Mr.Smith|No.5|v1.0|1.0v|1a a1 a1b2 1st 2nd 3rd 4thly 20's 1e5 0x1F 1.5e10 1,000,000.00 1'000 ,5 .5 +.5 5. 5,
"""

PIECES = list("aaabcdeehilmnorsstty") + list("ABCGSUXD") + list("00112359")
PIECES += list("..,,''--//:;!?&@#$%*+=_()[]{}<>\"`~^|\\")
PIECES += list("éüñßĀ日本語кириعربไทยÉ’’‘“”–—…£€¢½¼°²×™©ºª¿¡\u0301\u200b\u00ad\u00a0\u2010−ａ１！，。٣५♥☺😀")


def written():
    """The list above: each cell, each of its words, and neighbours."""
    cells = [cell for line in WRITTEN.strip().splitlines() for cell in line.split("|") if cell]
    words = [word for cell in cells for word in cell.split(" ") if word]
    return cells + list(dict.fromkeys(words))


def made(rng, words):
    parts = []
    for _ in range(rng.randint(1, 5)):
        draw = rng.random()
        if draw < 0.4:
            parts.append(rng.choice(words))
        elif draw < 0.65:
            letters = list(rng.choice(words))
            for _ in range(rng.randint(1, 2)):
                letters.insert(rng.randint(0, len(letters)), rng.choice(PIECES))
            parts.append("".join(letters))
        elif draw < 0.85:
            joint = rng.choice(["", "", ".", ",", "'", "-", "/", "!", "'s", ")"])
            parts.append(rng.choice(words) + joint + rng.choice(words))
        else:
            parts.append("".join(rng.choice(PIECES) for _ in range(rng.randint(1, 6))))
    return " ".join(parts)


def held_out(rng):
    """Captions and posts as people write them, by patterns of their own."""

    def number():
        whole = str(rng.choice([rng.randint(0, 9), rng.randint(10, 99), rng.randint(100, 9999)]))
        return whole + rng.choice(["", "", f".{rng.randint(0, 99)}", f",{rng.randint(0, 999):03}"])

    def name():
        first = rng.choice(["Anna", "Bob", "José", "Zoë", "O'Neil", "McDonald", "Jean-Luc", "D'Souza", "Ünal", "X"])
        title = rng.choice(["", "", "Mr. ", "Ms. ", "Dr. ", "Sgt. ", "St. ", "Prof. "])
        return title + first + rng.choice(["", "'s", "’s", " Jr.", " J. Smith", " Q. Public's", " & Co."])

    def measure():
        unit = rng.choice(["cm", "-inch", " ft.", "lbs", "%", "°", "°C", "kg.", "-foot-tall", "x", "mm lens", "th", "'", '"'])
        return number() + unit

    def money():
        return rng.choice(["$", "£", "€", "¥", "US$", "₤", "NZ$", ""]) + number() + rng.choice(["", "k", "M", "¢", " USD", "/hr", "-ish"])

    def when():
        clock = f"{rng.randint(1, 12)}:{rng.randint(0, 59):02}"
        return rng.choice([clock + rng.choice(["", "pm", " a.m.", "PM.", "h"]), f"{rng.randint(1, 12)}/{rng.randint(1, 31)}/{rng.choice(['99', '2014'])}",
                           f"{rng.choice(['Jan.', 'Feb', 'Sept.', 'Dec.,', 'Tues.', 'Sat.'])} {rng.randint(1, 31)}{rng.choice(['', 'th', 'st,'])}",
                           f"'{rng.randint(5, 9)}0s", f"{rng.randint(1900, 2020)}{rng.choice(['s', chr(39) + 's', '', '-ish'])}"])

    def online():
        word = rng.choice(["cats", "my_dog", "blog", "x1", "déjà", "news-2", "A"])
        return rng.choice([f"#{word}", f"@{word}", f"www.{word}.com", f"http://{word}.net/{word}", f"{word}@{word}.org", f"{word}.jpg", f"https://{word}.io/?q={word}&n={number()}",
                           ":-)", ";p", ":'(", "<3", "xoxo", "lol!!!", "o_O", "😂", "👍", "…", f"&{word};", f"<i>{word}</i>", f"~{word}~", f"*{word}*", f"_{word}_"])

    def plain():
        return rng.choice("a the man woman's dogs' dog cat's sitting isn't doesn't can't they're on top of his/her black-and-white "
                          "T-shirt grey. frisbee, skate-board; “Stop” 'Yield' ‘No Entry’ (left) [sic] etc. vs. U.S. A.C. "
                          "ice-cream mother-in-law's 4-way STOP!! well... oh? rock'n'roll o'clock café naïve coöperate 東京 Москва "
                          "القاهرة กรุงเทพ Σ ½ n't 'em y'all gonna cannot wanna's w/ w/out & + = / | -- – — # @ * é e\u0301 x\u00a0y".split(" "))

    kinds = [plain, plain, plain, plain, name, measure, money, when, online]
    words = [rng.choice(kinds)() for _ in range(rng.randint(1, 9))]
    return rng.choice([" ", " ", " ", " ", ", ", "-", "/"]).join(words) + rng.choice(["", "", ".", "!", "?", " .", "...", '"', ")"])


def tokens(captions):
    """pycocoevalcap's words of each; a no-break space within a token is a boundary to all scorers but ROUGE."""
    lines = [line for caption in captions for line in (caption, BETWEEN)]
    found = PTBTokenizer().tokenize({i: [{"caption": line}] for i, line in enumerate(lines)})
    if any(found[i][0] != BETWEEN for i in range(1, len(lines), 2)):
        raise SystemExit("expected a line of output for each caption, found that a caption breaks lines")
    return [" ".join(found[i][0].split()) for i in range(0, len(lines), 2)]


def write(path, captions):
    captions = list(dict.fromkeys(captions))
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        print(json.dumps(["pycocoevalcap", version("pycocoevalcap"), "python", sys.version.split()[0]]), file=file)
        for caption, words in zip(captions, tokens(captions)):
            print(json.dumps([caption, words], ensure_ascii=False), file=file)
    print(f"{path}: {len(captions)} captions")


# Characters that rules name, by what stands for them there; all others are told apart by what comes out.
REPRESENTATIVES = {
    0x0A: [0x0A, 0x0B, 0x0C, 0x0D, 0x2028, 0x2029],
    0x09: [0x09], 0x20: [0x20], 0xA0: [0xA0], 0x3000: [*range(0x2000, 0x200B), 0x3000],
    0x2019: [0x92, 0x2019], 0x2018: [0x91, 0x2018], 0x201B: [0x201B], 0x2039: [0x2039], 0x203A: [0x203A],
    0x201C: [0x93, 0x201C, 0xAB], 0x201D: [0x94, 0x201D, 0xBB], 0x201E: [0x201A, 0x201E, 0x201F],
    0x2013: [0x96, 0x97, 0x2013, 0x2014, 0x2015], 0x2026: [0x85, 0x2026],
    0x20AC: [0x80, 0xA4, 0x20A0, 0x20AC], 0xA2: [0xA2], 0xA3: [0xA3], 0xBD: [0xBC, 0xBD, 0xBE, 0x2153, 0x2154],
    0xB2: [0xB2, 0xB3, 0xB9, 0x2070, *range(0x2074, 0x207A)], 0x2082: [*range(0x2080, 0x208A)],
    0x207A: [0x207A], 0x207B: [0x207B], 0x208A: [0x208A], 0x208B: [0x208B],
    0xAD: [0xAD], 0x2010: [0x58A, 0x2010, 0x2011], 0x66B: [0x66B, 0x66C], 0x2044: [0x2044],
}


def kinds_of_characters():
    kinds = {code: "itself" for code in range(0x21, 0x7F)}
    for representative, codes in REPRESENTATIVES.items():
        for code in codes:
            kinds[code] = "itself" if code == representative else f"{representative:04x}"
    others = [code for code in range(0x80, 0x10000) if code not in kinds and not 0xD800 <= code < 0xE000]
    captions = [form.replace("C", chr(code)) for code in others for form in ("a C a", "aCa", "1C1")]
    results = tokens(captions)
    for i, code in enumerate(others):
        lower = chr(code).lower()
        alone, among_letters, among_digits = (line.replace(lower, "C") for line in results[3 * i : 3 * i + 3])
        if (alone, among_letters, among_digits) == ("a C a", "aCa", "1C1"):
            kinds[code] = "digit" if chr(code).isdecimal() else "letter"
        elif (alone, among_letters, among_digits) == ("a C a", "aCa", "1 C1"):
            kinds[code] = "mark"
        elif alone == "a C a":
            kinds[code] = "sign"
    return kinds


def write_characters():
    ranges = []
    for code, kind in sorted(kinds_of_characters().items()):
        if ranges and ranges[-1][1] == code - 1 and ranges[-1][2] == kind:
            ranges[-1][1] = code
        else:
            ranges.append([code, code, kind])
    with open(CHARACTERS, "w", encoding="utf-8", newline="\n") as file:
        print("# First and last code unit in hexadecimal, and the kind, or the representative, of all between.", file=file)
        print("# Made by src/test/python/caption_tokenizer_golden.py; what is not listed is dropped.", file=file)
        for first, last, kind in ranges:
            print(f"{first:04x} {last:04x} {kind}", file=file)


if __name__ == "__main__":
    if sys.argv[1] == "golden":
        rng, words = random.Random(SEED), written()
        write(GOLDEN, words + [made(rng, words) for _ in range(MADE)])
    elif sys.argv[1] == "held-out":
        rng = random.Random(int(sys.argv[2]))
        write(sys.argv[4], [held_out(rng) for _ in range(int(sys.argv[3]))])
    else:
        write_characters()
