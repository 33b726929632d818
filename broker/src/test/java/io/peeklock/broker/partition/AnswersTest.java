/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** In which order answers are given, and by whom. */
class AnswersTest {

    private final List<String> given = new ArrayList<>();
    private final Answers answers = new Answers(() -> given.add("go on"));

    private record Noted(List<String> given, String name, boolean isLast) implements Round.Reply {
        @Override
        public void give() {
            given.add(name);
        }

        @Override
        public void fail(BrokerException cause) {
            given.add(name + " " + cause.code());
        }
    }

    private Noted send(String name) {
        return new Noted(given, name, true);
    }

    private Noted settlement(String name) {
        return new Noted(given, name, false);
    }

    @Nested
    class Giving {

        @Test
        void keepsTheOrderOfSendsAlsoIfOneFailed() {
            answers.add(send("first"));
            answers.addFailure(send("second"), new BrokerException(ErrorCode.QuotaExceeded, "full"));
            answers.add(send("third"));
            answers.give();
            assertThat(given).containsExactly("first", "second QuotaExceeded", "third");
        }

        @Test
        void letsSettlementsGoFirst() {
            answers.add(send("send"));
            answers.add(settlement("settled"));
            answers.add(settlement("settled later"));
            answers.give();
            assertThat(given).containsExactly("settled", "settled later", "send");
        }

        @Test
        void leavesNothingThatCameMeanwhile() {
            answers.add(new Replies.Last(() -> {
                answers.add(settlement("from within"));
                answers.give();
                given.add("outer");
            }));
            answers.give();
            assertThat(given).containsExactly("outer", "from within");
            assertThat(answers.areDue()).isFalse();
        }

        @Test
        void goesOnAfterOneThatThrows() {
            answers.add(Replies.afterwards(() -> {
                throw new IllegalStateException("of the test");
            }));
            answers.add(settlement("next"));
            answers.give();
            assertThat(given).containsExactly("next");
        }

        /** Each answer may lead to the next one: whoever gives them has other things to do. */
        @Test
        void endsAtSomePoint() {
            giveOneMore();
            answers.give();
            assertThat(given).hasSizeLessThan(1000).endsWith("go on");
            assertThat(answers.areDue()).isTrue();
        }

        private void giveOneMore() {
            answers.add(Replies.afterwards(() -> {
                given.add("one");
                giveOneMore();
            }));
        }

        @Test
        void isDoneByOneThreadAtATime() throws InterruptedException {
            answers.add(Replies.afterwards(() -> {
                answers.add(settlement("second"));
                Thread other = new Thread(answers::give);
                other.start();
                join(other);
                given.add("first");
            }));
            answers.give();
            assertThat(given).containsExactly("first", "second");
        }

        private void join(Thread thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void knowTheirGiver() {
        List<Boolean> seen = new ArrayList<>();
        answers.add(Replies.afterwards(() -> seen.add(answers.areGivenByThisThread())));
        answers.give();
        seen.add(answers.areGivenByThisThread());
        assertThat(seen).containsExactly(true, false);
    }
}
