package io.github.close4j.examples.photographs;

import com.google.common.base.Splitter;
import com.google.common.collect.HashMultimap;
import com.google.common.collect.SetMultimap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a claim on a photograph is about, and the words that exclude each other there.
 *
 * <p>A line of words is a value: before the bar stand its forms, in the order of the other lines'
 * ({@code -} where it has none), and only forms are put in place of each other, those of a column.
 * Behind the bar stand the words by which a caption may mean the value as well, or leave it open: a
 * picture one of whose captions has such a word is never said to lack the value. Behind {@code ?}
 * stand words that leave all values open.
 */
public enum ClaimKind {
  /** "a brown dog", "a black dog"; of a noun that always has this one colour. */
  COLOUR(
      """
      black | dark navy grey gray
      white | cream beige light silver pale blond blonde grey gray tan yellow
      brown | tan golden gold beige chocolate dark orange red reddish wooden yellow blond blonde
      red | maroon pink orange burgundy rust scarlet brown reddish purple
      blue | navy turquoise teal purple denim aqua violet
      green | olive teal turquoise lime khaki camouflage yellow aqua
      yellow | gold golden blond blonde lime orange tan green beige cream
      pink | red purple magenta fuchsia orange
      purple | pink violet lavender blue magenta maroon
      orange | red tan brown golden gold yellow pink
      ? colorful colourful multicolored multi-colored colored coloured
      """),

  /** "a man", "a woman". */
  GENDER(
      """
      man men boy boys guy guys | male males he his him himself father dad son brother brothers \
      gentleman gentlemen groom cowboy grandfather husband beard bearded mustache shirtless
      woman women girl girls lady ladies | female females she her hers herself mother mom \
      daughter sister sisters bride grandmother wife skirt dress bikini dresses ballerina
      ? people couple family crowd group children kids adults friends team teenagers others \
      another players
      """),

  /** "a man", "a boy". */
  AGE(
      """
      man men woman women | guy guys lady ladies gentleman gentlemen adult adults father mother \
      mom dad older old elderly grandfather grandmother bride groom bearded beard mustache parent
      boy boys girl girls | child children kid kids toddler toddlers baby babies infant young \
      younger youngster youngsters youth youths little small teen teens teenager teenagers \
      teenage son daughter student students
      """),

  /** "a dog", "a horse". */
  ANIMAL(
      """
      dog dogs | puppy puppies pup pups greyhound greyhounds poodle poodles retriever terrier \
      shepherd dalmatian collie labrador lab boxer bulldog husky canine canines doberman \
      dachshund chihuahua mutt hound hounds beagle rottweiler schnauzer spaniel corgi pug
      cat cats | kitten kittens feline
      horse horses | pony ponies mule donkey horseback equestrian jockey jockeys bronco
      bird birds | duck ducks goose geese seagull seagulls gull pigeon pigeons eagle hawk owl \
      crane heron swan swans parrot pelican falcon
      cow cows | bull bulls cattle calf ox steer
      goat goats | sheep lamb ram
      ? animal animals creature creatures
      """),

  /** "two dogs", "three dogs". */
  NUMBER(
      """
      two | 2 couple pair both twins duo
      three | 3 trio third
      four | 4
      five | 5
      six | 6
      ? group several some many crowd bunch others numerous few various multiple more another third
      """),

  /** "a dog is running", "a dog is sleeping". */
  ACTION(
      """
      running runs run | racing race races chasing chases chase sprinting sprints jogging jogs \
      jogger runner runners fetching rushing playing plays play jumping jumps jump leaping leaps \
      leap trotting trots bounding bounds walking walks walk moving speeding charging dashes
      jumping jumps jump | leaping leaps leap midair air airborne flying flies hopping hops \
      bouncing bounces running runs run diving dives hurdle trick tricks flip jumped leaped \
      catching catches trampoline playing plays play
      walking walks walk | strolling strolls hiking hikes hiker running runs run crossing \
      crosses wading wades trotting trots standing stands stand pacing marching parade moving
      sitting sits sit | seated sat resting rests rest relaxing perched lounging laying lays lay \
      lying lies lie squatting squats crouching crouches kneeling kneels riding rides ride \
      driving drives bench chair chairs couch rowing paddling swing swinging swings slide \
      sliding sled
      standing stands stand | stood posing poses pose waiting waits wait leaning leans looking \
      looks walking walks walk stopping balancing
      sleeping sleeps sleep | asleep napping naps nap resting rests rest laying lays lay lying \
      lies lie relaxing relaxes sitting sits sit seated sat
      swimming swims swim | water pool lake ocean sea river pond wading diving splashing paddling
      climbing climbs climb | climber climbers scaling scales rappelling rock rocks cliff wall \
      ladder hiking mountain
      """),

  /** "in the snow", "in the grass". */
  PLACE(
      """
      snow snowy - | winter ice icy ski skis skiing skier skiers snowboard snowboarder \
      snowboarding sled sledding snowball slope snowmobile glacier
      grass grassy field | lawn yard park meadow garden backyard hay fields weeds hill plants \
      pasture green lush
      sand sandy beach | shore ocean sea coast desert dune dunes dirt wave waves surf
      water - ocean | lake river sea pool wave waves surf pond stream creek wet swim swims \
      swimming splash splashes splashing puddle rain fountain sprinkler boat raft kayak canoe \
      beach shore hose wading dock waterfall
      mud muddy - | dirt dirty dirtbike puddle water wet
      - - street | road sidewalk city pavement traffic intersection crosswalk alley downtown car \
      cars urban parade corner town
      - wooded forest | woods trees tree trail jungle wood log
      - - pool | water swimming swim lake fountain
      - - mountain | mountains hill rock rocks cliff peak rocky
      """),

  /** "a soccer player", "a tennis player". */
  SPORT(
      """
      soccer | football rugby ball
      football | soccer rugby
      baseball | softball bat pitcher batter cricket
      basketball | hoop
      tennis | racket racquet badminton
      hockey | lacrosse
      volleyball | net
      """),

  /** "with a ball", "with a stick". */
  TOY(
      """
      ball balls | toy toys football soccer basketball baseball tennis volleyball object something
      frisbee frisbees | disc disk toy toys object something
      stick sticks | branch log twig wood toy toys object something
      """),

  /** "on a bike", "on a horse". */
  RIDE(
      """
      bike bikes | bicycle bicycles cyclist cyclists biker bikers bicyclist bmx cycling \
      motorcycle motorbike dirtbike tricycle unicycle motocross biking
      motorcycle motorcycles | motorbike bike biker bikers motorcyclist motocross dirtbike atv
      skateboard skateboards | skateboarder skateboarders skateboarding board skating
      scooter scooters | skateboard motorcycle bike moped
      snowboard snowboards | snowboarder snowboarding board skis
      surfboard surfboards | surfer surfers surfing board surf
      horse horses | pony ponies horseback jockey jockeys donkey mule bronco
      boat boats | canoe kayak raft ship sailboat canoes kayaks
      """);

  /**
   * One of the values.
   *
   * @param forms its words by column; empty where a column has none
   * @param names its forms without the empty ones
   * @param all its forms and the words by which a caption may mean it
   */
  record Value(List<String> forms, Set<String> names, Set<String> all) {

    /** Whether a caption that has one of these words may mean this value. */
    boolean isAmong(Set<String> words) {
      return !Collections.disjoint(words, all);
    }

    /**
     * Whether a picture of this value, one of whose captions has these words, has not the other.
     */
    boolean excludes(Value other, Set<String> words) {
      return !other.isAmong(words)
          && Collections.disjoint(all, other.names())
          && Collections.disjoint(other.all, names());
    }
  }

  private final List<Value> alternatives = new ArrayList<>();
  private final SetMultimap<String, Value> byWord = HashMultimap.create();
  private final Set<String> vague = new HashSet<>();

  ClaimKind(String table) {
    for (String line : Splitter.on('\n').omitEmptyStrings().split(table)) {
      if (line.startsWith("?")) {
        vague.addAll(words(line.substring(1)));
      } else {
        alternatives.add(value(line));
      }
    }
    alternatives.forEach(value -> value.all().forEach(word -> byWord.put(word, value)));
  }

  private static Value value(String line) {
    List<String> sides = Splitter.on('|').splitToList(line);
    List<String> forms =
        words(sides.get(0)).stream().map(word -> word.equals("-") ? "" : word).toList();
    Set<String> names = new HashSet<>(forms);
    names.remove("");
    Set<String> all = new HashSet<>(names);
    sides.stream().skip(1).forEach(side -> all.addAll(words(side)));
    return new Value(forms, Set.copyOf(names), Set.copyOf(all));
  }

  private static List<String> words(String line) {
    return Splitter.on(' ').omitEmptyStrings().splitToList(line);
  }

  /** The values, of which a thing has but one. */
  List<Value> alternatives() {
    return alternatives;
  }

  /** The value of which a word is a form. */
  Value named(String form) {
    return alternatives.stream()
        .filter(value -> value.forms().contains(form))
        .findFirst()
        .orElseThrow();
  }

  /** The values that a caption with these words may mean. */
  Set<Value> meantBy(Set<String> words) {
    Set<Value> meant = new HashSet<>();
    words.forEach(word -> meant.addAll(byWord.get(word)));
    return meant;
  }

  /** Whether one of these words leaves all values open. */
  boolean isLeftOpenBy(Set<String> words) {
    return !Collections.disjoint(words, vague);
  }
}
