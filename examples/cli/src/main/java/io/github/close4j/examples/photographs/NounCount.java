package io.github.close4j.examples.photographs;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many things of a kind captions tell of.
 *
 * <p>"Two men and a woman" are three people, "a dog and another dog" two dogs, and "the dog" is
 * one, unless the caption has spoken of it already.
 */
enum NounCount {
  /** Dogs of any breed. */
  DOGS(
      words(
          "dog puppy pup greyhound poodle retriever terrier shepherd dalmatian collie labrador lab "
              + "boxer bulldog husky canine doberman dachshund chihuahua mutt hound beagle "
              + "rottweiler schnauzer spaniel corgi pug"),
      words(
          "dogs puppies pups greyhounds poodles retrievers terriers shepherds dalmatians collies "
              + "labradors labs boxers bulldogs huskies canines dobermans dachshunds hounds "
              + "beagles"),
      words("animal animals pack creature creatures other others couple pair")),

  /** People of any age and trade. */
  PEOPLE(
      words(
          "man woman boy girl child kid baby toddler person guy lady male female someone "
              + "somebody adult teenager teen youth infant skier snowboarder skateboarder surfer "
              + "biker cyclist bicyclist motorcyclist rider climber player runner swimmer hiker "
              + "skater racer jockey cowboy clown bride groom mother father son daughter kayaker "
              + "dancer gymnast worker fisherman musician guitarist singer goalie golfer "
              + "rollerblader wakeboarder waterskier gentleman student friend owner acrobat "
              + "performer boxer fireman policeman officer soldier wrestler batter pitcher catcher "
              + "referee coach driver passenger parent grandmother grandfather brother sister "
              + "husband wife pedestrian artist vendor athlete footballer opponent teammate"),
      words(
          "men women boys girls children kids babies toddlers people persons guys ladies males "
              + "females adults teenagers teens youths skiers snowboarders skateboarders surfers "
              + "bikers cyclists bicyclists motorcyclists riders climbers players runners swimmers "
              + "hikers skaters racers jockeys cowboys clowns kayakers dancers gymnasts workers "
              + "fishermen musicians students friends performers soldiers wrestlers parents "
              + "brothers sisters pedestrians athletes footballers opponents teammates officers"),
      vagueOfPeople()),

  /** Grown men. */
  MEN(words("man guy gentleman"), words("men guys gentlemen"), vagueOfPeople()),

  /** Grown women. */
  WOMEN(words("woman lady"), words("women ladies"), vagueOfPeople()),

  /** Boys. */
  BOYS(words("boy"), words("boys"), vagueOfPeople()),

  /** Girls. */
  GIRLS(words("girl"), words("girls"), vagueOfPeople());

  private static final Set<String> DEFINITE =
      Set.of("the", "his", "her", "its", "their", "this", "that", "these", "those");

  private static final Set<String> INDEFINITE = Set.of("a", "an", "another", "one");

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("one", 1),
          Map.entry("two", 2),
          Map.entry("2", 2),
          Map.entry("both", 2),
          Map.entry("three", 3),
          Map.entry("3", 3),
          Map.entry("four", 4),
          Map.entry("4", 4),
          Map.entry("five", 5),
          Map.entry("5", 5),
          Map.entry("six", 6),
          Map.entry("6", 6));

  private static final Set<String> VAGUE =
      words("group groups several some many bunch numerous few various multiple more number");

  /** Words that end the phrase before a noun. */
  private static final Set<String> ENDS =
      words("and of in on with at by to from is are while as for over through near or");

  /** The number of things of which captions leave open how many there are. */
  static final int UNKNOWN = -1;

  private static final int WITNESSES = 2;
  private static final int WITNESSES_OF_ONE = 3;
  private static final int MAX_WORDS_BEFORE = 5;

  private final Set<String> singular;
  private final Set<String> plural;
  private final Set<String> vague;

  NounCount(Set<String> singular, Set<String> plural, Set<String> vague) {
    this.singular = singular;
    this.plural = plural;
    this.vague = vague;
  }

  private static Set<String> words(String text) {
    return Set.of(text.split(" "));
  }

  private static Set<String> vagueOfPeople() {
    return words(
        "crowd crowds team teams audience family families couple couples pair others other "
            + "onlookers spectators bystanders passersby class band fans everyone mob army "
            + "gathering together each them they troop crowded busy game match parade race");
  }

  /** Whether the picture's captions speak of none. */
  boolean isNone(PictureWords picture) {
    return picture.all().stream().noneMatch(this::names);
  }

  private boolean names(String word) {
    return singular.contains(word) || plural.contains(word) || vague.contains(word);
  }

  /**
   * The number on which captions agree and which none denies or leaves open, or {@link #UNKNOWN}.
   * Two captions must say it, and three if it is one, which is said for many as well.
   */
  int of(PictureWords picture) {
    boolean isOpen =
        !Collections.disjoint(picture.all(), vague) || !Collections.disjoint(picture.all(), VAGUE);
    List<Integer> counts =
        picture.captions().stream().map(this::count).filter(count -> count != 0).toList();
    if (isOpen || Set.copyOf(counts).size() != 1) {
      return UNKNOWN;
    }
    int count = counts.get(0);
    return counts.size() >= (count == 1 ? WITNESSES_OF_ONE : WITNESSES) ? count : UNKNOWN;
  }

  /** The number in one caption, 0 if it speaks of none. */
  private int count(CaptionWords caption) {
    int count = 0;
    boolean isNamed = false;
    for (int place = 0; place < caption.words().size(); place++) {
      String word = caption.at(place);
      // In "soccer player boy" or "boxer dog" the last noun is the thing.
      if (singular.contains(word) && !names(caption.at(place + 1))) {
        isNamed = true;
        count += DEFINITE.contains(determiner(place, caption)) ? 0 : 1;
      } else if (plural.contains(word) && !names(caption.at(place + 1))) {
        Integer number = NUMBERS.get(determiner(place, caption));
        if (number == null) {
          return UNKNOWN;
        }
        count += number;
      }
    }
    return count == 0 && isNamed ? 1 : count;
  }

  /** The article, pronoun or number that begins the phrase of a noun, or the empty text. */
  private static String determiner(int noun, CaptionWords caption) {
    for (int place = noun - 1; place >= Math.max(0, noun - MAX_WORDS_BEFORE); place--) {
      String word = caption.at(place);
      if (DEFINITE.contains(word) || INDEFINITE.contains(word) || NUMBERS.containsKey(word)) {
        return word;
      }
      if (ENDS.contains(word)) {
        return "";
      }
    }
    return "";
  }
}
