/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The correlation filters of a topic. */
@Tag("R3")
class CorrelationIndexTest {
    private final CorrelationIndex index = new CorrelationIndex();

    private static CompiledRule rule(long id, CorrelationFilter filter) {
        return CompiledRule.of(id, 1, "r" + id, filter, null);
    }

    private List<Long> found(Message message) {
        return index.find(new MessageView(message, () -> 1)).stream()
                .map(CompiledRule::id)
                .sorted()
                .toList();
    }

    @Nested
    class Finds {
        private boolean finds(CorrelationFilter.Builder filter, Message.Builder message) {
            CompiledRule rule = rule(1, filter.build());
            index.add(rule);
            boolean found = !found(message.build()).isEmpty();
            index.remove(rule);
            assertThat(index.isEmpty()).isTrue();
            return found;
        }

        @Test
        void byEveryField() {
            Message.Builder message = Message.builder()
                    .correlationId("c")
                    .contentType("t")
                    .label("l")
                    .messageId("m")
                    .replyTo("r")
                    .replyToSessionId("rs")
                    .sessionId("s")
                    .to("to");
            List<CorrelationFilter.Builder> filters = new ArrayList<>();
            for (String wrong : List.of("", "x")) {
                filters.add(CorrelationFilter.builder().correlationId("c" + wrong));
                filters.add(CorrelationFilter.builder().contentType("t" + wrong));
                filters.add(CorrelationFilter.builder().label("l" + wrong));
                filters.add(CorrelationFilter.builder().messageId("m" + wrong));
                filters.add(CorrelationFilter.builder().replyTo("r" + wrong));
                filters.add(CorrelationFilter.builder().replyToSessionId("rs" + wrong));
                filters.add(CorrelationFilter.builder().sessionId("s" + wrong));
                filters.add(CorrelationFilter.builder().to("to" + wrong));
            }
            for (int i = 0; i < filters.size(); i++) {
                assertThat(finds(filters.get(i), message)).as("filter %d", i).isEqualTo(i < 8);
                assertThat(finds(filters.get(i), Message.builder())).isFalse();
            }
        }

        @ParameterizedTest
        @CsvSource({
            "answers, answers, true",
            "answers, queue:answers, true",
            "queue:answers, answers, true",
            "queue:answers, queue:answers, true",
            "answers, topic:answers, false",
            "answers, temporary-queue:answers, false",
            "topic:answers, topic:answers, true",
            "topic:answers, answers, false",
            "topic:answers, queue:topic:answers, false"
        })
        void aReplyToWithoutPrefixIsTheQueueOfThatName(String wanted, String replyTo, boolean expected) {
            assertThat(finds(
                            CorrelationFilter.builder().replyTo(wanted),
                            Message.builder().replyTo(replyTo)))
                    .isEqualTo(expected);
        }

        @Test
        void onlyIfAllAreEqual() {
            CorrelationFilter.Builder filter =
                    CorrelationFilter.builder().label("l").property("a", 1).property("b", "x");
            assertThat(finds(
                            filter,
                            Message.builder().label("l").property("a", 1).property("b", "x")))
                    .isTrue();
            assertThat(finds(filter, Message.builder().property("a", 1).property("b", "x")))
                    .isFalse();
            assertThat(finds(
                            filter,
                            Message.builder().label("l").property("a", 2).property("b", "x")))
                    .isFalse();
            assertThat(finds(
                            filter,
                            Message.builder().label("l").property("a", 1).property("b", "X")))
                    .isFalse();
        }

        @Test
        void numbersByWhatTheyAreWorthAndTextsAsTheyAre() {
            assertThat(finds(
                            CorrelationFilter.builder().property("a", 1),
                            Message.builder().property("a", 1.0f)))
                    .isTrue();
            assertThat(finds(
                            CorrelationFilter.builder().property("a", 0.5),
                            Message.builder().property("a", 0.5f)))
                    .isTrue();
            assertThat(finds(
                            CorrelationFilter.builder().property("a", (byte) 1),
                            Message.builder().property("a", 1L)))
                    .isTrue();
            assertThat(finds(
                            CorrelationFilter.builder().property("a", "1"),
                            Message.builder().property("a", 1)))
                    .isFalse();
            assertThat(finds(
                            CorrelationFilter.builder().property("a", 1),
                            Message.builder().property("A", 1)))
                    .isFalse();
        }

        @Test
        void aCorrelationIdOfBytesByItsText() {
            assertThat(finds(
                            CorrelationFilter.builder().correlationId("A"),
                            Message.builder().correlationIdBytes(new byte[] {65})))
                    .isTrue();
        }
    }

    /** Counted, not timed. */
    @Nested
    class CostsAsMuch {
        private long comparisons(int filters, IntFunction<CorrelationFilter.Builder> filter, Message message) {
            CorrelationIndex many = new CorrelationIndex();
            for (int i = 0; i < filters; i++) {
                many.add(rule(i + 1, filter.apply(i).build()));
            }
            assertThat(many.find(new MessageView(message, () -> 1))).hasSize(1);
            return many.comparisons();
        }

        private void sameFor100000AsFor10(IntFunction<CorrelationFilter.Builder> filter, Message message) {
            assertThat(comparisons(100_000, filter, message)).isEqualTo(comparisons(10, filter, message));
        }

        @Test
        void forManyValuesOfOneField() {
            sameFor100000AsFor10(
                    i -> CorrelationFilter.builder().correlationId("c" + i),
                    Message.builder().correlationId("c7").build());
        }

        @Test
        void forManyValuesOfSeveral() {
            sameFor100000AsFor10(
                    i -> CorrelationFilter.builder()
                            .label("order")
                            .property("shop", i / 300)
                            .property("item", i % 300),
                    Message.builder()
                            .label("order")
                            .property("shop", 0)
                            .property("item", 7)
                            .build());
        }

        @Test
        void forManyDifferentFields() {
            sameFor100000AsFor10(
                    i -> CorrelationFilter.builder().property("p" + i, "x"),
                    Message.builder().property("p7", "x").property("q", "x").build());
        }

        @Test
        void forManyDifferentFieldsBesideOneThatAllAskFor() {
            sameFor100000AsFor10(
                    i -> CorrelationFilter.builder().label("order").property("p" + i, "x"),
                    Message.builder().label("order").property("p7", "x").build());
        }
    }

    /** Against a look at every filter. */
    @Test
    void agreesWithAScanWhateverComesAndGoes() {
        Seeds.run(50, seed -> {
            Random random = new Random(seed);
            CorrelationIndex tested = new CorrelationIndex();
            Map<Long, Map<String, Object>> wanted = new TreeMap<>();
            Map<Long, CompiledRule> rules = new HashMap<>();
            for (long id = 1; id <= 300; id++) {
                Map<String, Object> asked = fields(random, 3);
                if (!asked.isEmpty()) {
                    wanted.put(id, asked);
                    rules.put(id, rule(id, filter(asked)));
                    tested.add(rules.get(id));
                }
                long other = 1L + random.nextInt(300);
                if (wanted.remove(other) != null) {
                    tested.remove(rules.get(other));
                }
                Map<String, Object> sent = fields(random, 5);
                List<Long> expected = wanted.entrySet().stream()
                        .filter(one ->
                                sent.entrySet().containsAll(one.getValue().entrySet()))
                        .map(Map.Entry::getKey)
                        .toList();
                assertThat(tested.find(new MessageView(message(sent), () -> 1)))
                        .extracting(CompiledRule::id)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
            wanted.keySet().forEach(id -> tested.remove(rules.get(id)));
            assertThat(tested.isEmpty()).isTrue();
        });
    }

    private static Map<String, Object> fields(Random random, int max) {
        Map<String, Object> fields = new TreeMap<>();
        for (int i = random.nextInt(max + 1); i > 0; i--) {
            String name = List.of("label", "a", "b", "c", "d").get(random.nextInt(5));
            fields.put(name, String.valueOf(random.nextInt(3)));
        }
        return fields;
    }

    private static CorrelationFilter filter(Map<String, Object> fields) {
        CorrelationFilter.Builder filter = CorrelationFilter.builder();
        fields.forEach((name, value) -> {
            if (name.equals("label")) {
                filter.label(value.toString());
            } else {
                filter.property(name, value);
            }
        });
        return filter.build();
    }

    private static Message message(Map<String, Object> fields) {
        Message.Builder message = Message.builder();
        fields.forEach((name, value) -> {
            if (name.equals("label")) {
                message.label(value.toString());
            } else {
                message.property(name, value);
            }
        });
        return message.build();
    }
}
