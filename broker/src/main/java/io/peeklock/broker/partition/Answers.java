/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers of a partition that are due. They are given while the partition is free to be driven by whom they wake, those
 * of sends in order, after the others that are due: who settles makes room for who sends.
 *
 * <p>Thread safe. Added to by the driver, given by one thread at a time.
 */
final class Answers {
    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private static final int MOST_AT_A_TIME = 256;

    private record Answer(Round.Reply reply, @Nullable BrokerException failure) {}

    private final Queue<Answer> last = new ConcurrentLinkedQueue<>();
    private final Queue<Answer> others = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Thread> giver = new AtomicReference<>();
    private final Runnable goOn;

    /** @param goOn has another thread call {@link #give}: nobody gives those of others for ever */
    Answers(Runnable goOn) {
        this.goOn = goOn;
    }

    void add(Round.Reply reply) {
        add(new Answer(reply, null));
    }

    void addFailure(Round.Reply reply, BrokerException cause) {
        add(new Answer(reply, cause));
    }

    private void add(Answer answer) {
        (answer.reply().isLast() ? last : others).add(answer);
    }

    boolean areDue() {
        return !others.isEmpty() || !last.isEmpty();
    }

    boolean areOfSendsOnly() {
        return others.isEmpty();
    }

    /** Whether this thread is in the middle of {@link #give}. */
    boolean areGivenByThisThread() {
        return giver.get() == Thread.currentThread();
    }

    /** Gives what is due, unless another thread does so already. */
    void give() {
        Thread me = Thread.currentThread();
        int given = 0;
        while (given < MOST_AT_A_TIME && areDue() && giver.compareAndSet(null, me)) {
            try {
                given += giveSome(others);
                given += giveSome(last);
            } finally {
                giver.set(null);
            }
        }
        if (given >= MOST_AT_A_TIME && areDue()) {
            goOn.run();
        }
    }

    private static int giveSome(Queue<Answer> due) {
        for (int given = 0; given < MOST_AT_A_TIME; given++) {
            Answer answer = due.poll();
            if (answer == null) {
                return given;
            }
            give(answer);
        }
        return MOST_AT_A_TIME;
    }

    private static void give(Answer answer) {
        try {
            if (answer.failure() == null) {
                answer.reply().give();
            } else {
                answer.reply().fail(answer.failure());
            }
        } catch (RuntimeException | Error e) {
            // The others are not to suffer for it.
            log.error("An answer could not be given", e);
        }
    }
}
