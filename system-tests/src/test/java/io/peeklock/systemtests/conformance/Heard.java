/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What message listeners say they have seen, in the order they say it.
 *
 * <p>Thread safe.
 */
final class Heard {

    /** What a listener does, checked exceptions allowed. */
    @FunctionalInterface
    interface Work {
        void on(Message message) throws Exception;
    }

    private final BlockingQueue<String> words = new LinkedBlockingQueue<>();

    void say(String word) {
        words.add(word);
    }

    /** Sets a listener that does the work; what it throws comes out of {@code onMessage}. */
    static void listen(MessageConsumer consumer, Work work) throws Exception {
        consumer.setMessageListener(message -> {
            try {
                work.on(message);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    /** The next word, which must come. */
    String next() throws InterruptedException {
        String word = words.poll(Provider.LONG_MS, TimeUnit.MILLISECONDS);
        assertThat(word).as("something heard from a listener").isNotNull();
        return word;
    }

    List<String> next(int count) throws InterruptedException {
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            heard.add(next());
        }
        return heard;
    }

    /** What was said and not asked for yet. */
    List<String> rest() {
        return List.copyOf(words);
    }
}
