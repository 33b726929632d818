/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes the answers that carry no value. Stateless, thread safe. */
final class Replies {

    private Replies() {}

    /** Completes a future that has no value. */
    @SuppressWarnings("NullAway") // a future of Void completes with null, and with nothing else
    static Round.Reply done(CompletableFuture<Void> future) {
        return new FutureReply<@Nullable Void>((CompletableFuture<@Nullable Void>) (CompletableFuture<?>) future, null);
    }

    /**
     * Completes a future that has no value, also if the partition fails first: it learns of the definitions before it
     * serves again, and what is out is not waited for (rule W4).
     */
    static Round.Reply doneAnyway(CompletableFuture<Void> future) {
        Round.Reply done = done(future);
        return afterwards(done::give);
    }

    /** Refuses a command, whatever becomes of the partition. Immutable. */
    record Refusal(Command command, BrokerException why) implements Round.Reply {
        @Override
        public void give() {
            command.refuse(why);
        }

        @Override
        public void fail(BrokerException cause) {
            command.refuse(why);
        }

        @Override
        public boolean isLast() {
            return command instanceof Command.Send;
        }
    }

    /** Runs something after all answers that are due. Immutable. */
    record Last(Runnable what) implements Round.Reply {
        @Override
        public void give() {
            what.run();
        }

        @Override
        public void fail(BrokerException cause) {
            what.run();
        }

        @Override
        public boolean isLast() {
            return true;
        }
    }

    /** Runs something after the round, whatever became of it. */
    static Round.Reply afterwards(Runnable what) {
        return new Round.Reply() {
            @Override
            public void give() {
                what.run();
            }

            @Override
            public void fail(BrokerException cause) {
                what.run();
            }
        };
    }

    /** Runs something when what it was decided on is on disk; not if the partition fails first. */
    static Round.Reply ifDurable(Runnable what) {
        return new Round.Reply() {
            @Override
            public void give() {
                what.run();
            }

            @Override
            public void fail(BrokerException cause) {
                // What the partition has on disk it goes on with when it is back.
            }
        };
    }
}
