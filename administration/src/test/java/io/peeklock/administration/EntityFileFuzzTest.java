/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever a file holds, it is read or refused with a reason: nothing else, and soon.
 *
 * <p>One thread.
 */
final class EntityFileFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final String ALPHABET = "{}[]\",:\\ \n0123456789eE+-.truefalsn\u0000\u00e4\ud83d'$/*";

    @Test
    void changedFilesAreReadOrRefusedWithAReason() {
        long seed = Long.getLong("peeklock.seed", System.nanoTime());
        Random random = new Random(seed);
        String good = FileFixture.resource("shop.json");
        for (int round = 0; round < ROUNDS; round++) {
            String document = changed(good, random);
            try {
                EntityFile.parse(document);
            } catch (ConfigException e) {
                assertThat(e.problems())
                        .as("-Dpeeklock.seed=%d, round %d", seed, round)
                        .isNotEmpty()
                        .allSatisfy(problem -> assertThat(problem.at().line()).isPositive());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("-Dpeeklock.seed=" + seed + ", round " + round + ": " + document, e);
            }
        }
    }

    private static String changed(String good, Random random) {
        StringBuilder text = new StringBuilder(good);
        for (int changes = 1 + random.nextInt(4); changes > 0 && text.length() > 2; changes--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + 1 + random.nextInt(20));
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, text.substring(at, end).repeat(1 + random.nextInt(3)));
                case 3 -> text.setLength(at);
                default -> swapValues(text, at, random);
            }
        }
        return text.toString();
    }

    /** Gives one value the text of another, so that the JSON stays good and what it says does not. */
    private static void swapValues(StringBuilder text, int at, Random random) {
        int colon = text.indexOf(":", at);
        int end = colon < 0 ? -1 : text.indexOf("\n", colon);
        int other = text.indexOf(":", random.nextInt(text.length()));
        int otherEnd = other < 0 ? -1 : text.indexOf("\n", other);
        if (end > 0 && otherEnd > 0) {
            text.replace(colon, end, text.substring(other, otherEnd));
        }
    }
}
