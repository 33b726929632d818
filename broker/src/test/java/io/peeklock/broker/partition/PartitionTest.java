/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One partition by itself: who drives it, in which order it answers, and what it does when it is out or closed. */
class PartitionTest extends OnePartition {
    /** Of a reply queue there are thousands, and threads that may wait for the disk are few. */
    @Test
    @Tag("W6")
    void dropsWhatIsEmptyWithoutAThreadOfTheBus() {
        QueueDescription queue =
                QueueDescription.builder("temporary/q").temporary(true).build();
        partition.define(new Partition.Entity(new EntityDefinition(-1, 1, queue), EntityFlags.forPartitions(1)));
        run();
        runtime.callFromApplication(true);
        noted("dropped", partition.drop(-1));
        noted("counted", partition.count(ENTITY));
        // By the caller itself.
        assertThat(answers).containsExactly("dropped", "counted");
    }

    @Nested
    class Answers {

        /** Nobody may learn what a crash could take back, not even from a refusal. */
        @Test
        void comeInTheOrderOfTheirBatches() {
            LockToken token = received().requireLockToken();
            answers.clear();
            noted("complete", partition.settle(token, Settlement.COMPLETE));
            noted("again", partition.settle(token, Settlement.COMPLETE));
            noted("count", partition.count(ENTITY));
            noted("peek", partition.peek(ENTITY, false, BrowsePosition.ofNumber(0), 10, null));
            runtime.runUntilIdle();
            assertThat(answers).isEmpty();
            run();
            assertThat(answers).containsExactly("complete", "again MessageLockLost", "count", "peek");
        }

        @Test
        void thatWereDurableBeforeAFailureAreGiven() {
            noted("first", partition.send(ENTITY, message(1)));
            runtime.runUntilIdle();
            noted("second", partition.send(ENTITY, message(1)));
            runtime.runUntilIdle();
            runtime.callFromApplication(false);
            store.sync(0, 1);
            store.failNextSync(0, Reason.IO, 0);
            store.sync();
            runtime.runUntilIdle();
            assertThat(answers).containsExactly("first", "second OutcomeUnknown");
        }

        /** Also if that is seen only in the moment of the failure. */
        @Test
        void thatBecameDurableInTheRoundThatFailsAreGiven() {
            partition.send(ENTITY, message(1));
            run();
            noted("second", partition.send(ENTITY, message(1)));
            runtime.runUntilIdle();
            TestSubscriber subscriber = new TestSubscriber(
                    flags.queue().requests(),
                    ReceiveMode.PEEK_LOCK,
                    (message, redeliveries, changes) -> {
                        store.sync(0, 1);
                        return true;
                    },
                    0);
            subscriber.want(1);
            store.failNextAppend(0, Reason.IO);
            partition.subscribe(ENTITY, false, subscriber);
            runtime.runUntilIdle();
            assertThat(partition.health().state()).isEqualTo(State.FAILED);
            assertThat(answers).containsExactly("second");
            assertThat(subscriber.wanted()).isEqualTo(1);
        }

        /** Whom they wake goes on at once, on its own thread. */
        @Test
        void areGivenWhileOthersCanDrive() {
            LockToken token = received().requireLockToken();
            List<Integer> appended = new ArrayList<>();
            partition.settle(token, Settlement.COMPLETE).thenRun(() -> {
                Thread woken = new Thread(() -> partition.send(ENTITY, message(1)));
                woken.start();
                try {
                    woken.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                appended.add(store.waiting(0));
            });
            run();
            assertThat(appended).containsExactly(1);
        }

        @Test
        void ofDefinitionsDoNotWaitForAPartitionThatFails() {
            noted("sent", partition.send(ENTITY, message(1)));
            run();
            noted("defined", partition.define(entity(2, Duration.ofSeconds(2))));
            runtime.runUntilIdle();
            store.failNextSync(0, Reason.IO, 0);
            store.sync();
            runtime.runUntilIdle();
            assertThat(answers).containsExactly("sent", "defined");
            partition.reopen();
            run();
            TestSubscriber subscriber = subscriber(ReceiveMode.PEEK_LOCK, 1);
            run();
            assertThat(subscriber.received.get(0).lockedUntilMs())
                    .isEqualTo(runtime.clock().wallTimeMs() + 2000);
        }
    }

    @Nested
    class AnApplicationsThread {

        @BeforeEach
        void callFromApplication() {
            runtime.callFromApplication(true);
        }

        @Test
        void drivesWhileThereIsRoom() {
            noted("sent", partition.send(ENTITY, message(1)));
            assertThat(store.waiting(0)).isEqualTo(1);
        }

        /** An interrupt there would close the file. */
        @Test
        void doesNotAppendWhatHasNoRoom() {
            store.setRoom(0, false);
            noted("sent", partition.send(ENTITY, message(1)));
            assertThat(store.waiting(0)).isZero();
            runtime.callFromApplication(false);
            runtime.runUntilIdle();
            assertThat(store.waiting(0)).isEqualTo(1);
        }

        /** The last numbers that nobody used go back, which may wait for room. */
        @Test
        void doesNotAppendWhatACloseLeaves() {
            noted("sent", partition.send(ENTITY, message(1)));
            run();
            noted("closed", partition.close());
            assertThat(store.waiting(0)).isZero();
            runtime.runUntilIdle();
            assertThat(store.waiting(0)).isZero();
            assertThat(answers).containsExactly("sent", "closed");
        }

        @Test
        void doesNotDriveForEver() {
            for (int i = 0; i < 20; i++) {
                int left = 200 - i;
                again(left);
            }
            assertThat(answers).hasSizeLessThan(4000);
            run();
            assertThat(answers).hasSize(20 * 200 - 190);
        }

        /** Asks anew from within the answer, so that there is always one more thing to do. */
        private void again(int left) {
            partition.count(ENTITY).whenComplete((counters, failure) -> {
                answers.add("counted");
                if (left > 1) {
                    again(left - 1);
                }
            });
        }
    }

    @Nested
    class WhileItIsOpened {

        @Test
        void takesCommandsAndDoesThemAfterwards() {
            partition.send(ENTITY, message(1));
            run();
            partition.close();
            run();
            partition = opening();
            noted("sent", partition.send(ENTITY, message(1)));
            noted("reopened", partition.reopen());
            assertThat(answers).isEmpty();
            run();
            assertThat(answers).containsExactlyInAnyOrder("sent", "reopened");
        }

        @Test
        void canBeClosed() {
            partition.close();
            run();
            partition = opening();
            noted("sent", partition.send(ENTITY, message(1)));
            noted("closed", partition.close());
            noted("late", partition.send(ENTITY, message(1)));
            run();
            assertThat(answers).containsExactlyInAnyOrder("sent", "closed", "late Closed");
        }
    }

    @Nested
    class Closing {

        @Test
        void answersEverythingThatCameBefore() {
            noted("sent", partition.send(ENTITY, message(1)));
            noted("closed", partition.close());
            run();
            assertThat(answers).containsExactly("sent", "closed");
            noted("late", partition.send(ENTITY, message(1)));
            assertThat(answers).endsWith("late Closed");
        }

        @Test
        void endsWhoeverWaits() {
            TestSubscriber subscriber = subscriber(ReceiveMode.PEEK_LOCK, 1);
            partition.close();
            run();
            assertThat(subscriber.over).extracting(BrokerException::code).isEqualTo(ErrorCode.Closed);
            TestSubscriber late = subscriber(ReceiveMode.PEEK_LOCK, 1);
            assertThat(late.over).extracting(BrokerException::code).isEqualTo(ErrorCode.Closed);
        }

        /** What fails in the last moment must not leave anybody waiting. */
        @Test
        void endsAlsoIfTheLastBatchFails() {
            noted("sent", partition.send(ENTITY, message(1)));
            run();
            answers.clear();
            store.failNextAppend(0, Reason.IO);
            noted("closed", partition.close());
            noted("late", partition.count(ENTITY));
            run();
            assertThat(answers).containsExactlyInAnyOrder("closed", "late Closed");
            assertThat(partition.health().state()).isEqualTo(State.CLOSED);
        }

        /** The close syncs, and what it could not bring to the disk was not sent. */
        @Test
        void answersNothingThatIsNotOnDisk() {
            noted("sent", partition.send(ENTITY, message(1)));
            store.failNextSync(0, Reason.IO, 0);
            noted("closed", partition.close());
            run();
            assertThat(answers).contains("sent OutcomeUnknown");
            assertThat(partition.health().state()).isEqualTo(State.CLOSED);
        }

        /** Closing is a write like others, and nobody may be told that it succeeded if it did not. */
        @Test
        void tellsNobodyOfABatchThatDidNotBecomeDurable() {
            noted("first", partition.send(ENTITY, message(1)));
            runtime.runUntilIdle();
            noted("second", partition.send(ENTITY, message(1)));
            runtime.runUntilIdle();
            store.failNextSync(0, Reason.IO, 0);
            noted("closed", partition.close());
            runtime.runUntilIdle();
            assertThat(answers).containsExactly("first OutcomeUnknown", "second OutcomeUnknown", "closed");
        }

        @Test
        @Tag("N1")
        void givesBackNumbersThatWereNotUsed() {
            CompletableFuture<Long> first = partition.send(ENTITY, message(1));
            run();
            partition.close();
            run();
            partition = opening();
            CompletableFuture<Long> second = partition.send(ENTITY, message(1));
            run();
            assertThat(second.join()).isEqualTo(first.join() + 1);
        }
    }
}
