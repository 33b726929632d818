/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.EntityPath;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queues and topics as values. */
class PeeklockDestinationTest {

    private static final List<PeeklockDestination> ALL = List.of(
            new PeeklockQueue("a"),
            new PeeklockTopic("a"),
            new PeeklockTemporaryQueue("a", null),
            new PeeklockTemporaryTopic("a", null));

    @Test
    void areEqualByKindAndName() {
        assertThat(ALL).doesNotHaveDuplicates();
        assertThat(new PeeklockQueue("a")).isEqualTo(new PeeklockQueue("a")).hasSameHashCodeAs(new PeeklockQueue("a"));
        assertThat(new PeeklockQueue("a")).isNotEqualTo(new PeeklockQueue("A"));
        assertThat(new PeeklockTemporaryQueue("t", destination -> {})).isEqualTo(new PeeklockTemporaryQueue("t", null));
    }

    @Test
    void needAName() {
        assertThatThrownBy(() -> new PeeklockQueue("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PeeklockTopic(null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void surviveSerialization() throws IOException, ClassNotFoundException {
        for (PeeklockDestination destination : ALL) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(destination);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                assertThat(in.readObject()).isEqualTo(destination);
            }
        }
    }

    @Nested
    class Encoding {

        @Test
        void isUndone() {
            assertThat(ALL)
                    .extracting(PeeklockDestination::encode)
                    .containsExactly("queue:a", "topic:a", "temporary-queue:a", "temporary-topic:a");
            assertThat(ALL)
                    .allSatisfy(each -> assertThat(PeeklockDestination.decode(each.encode()))
                            .isEqualTo(each));
            PeeklockQueue odd = new PeeklockQueue("topic:x");
            assertThat(PeeklockDestination.decode(odd.encode())).isEqualTo(odd);
        }

        @Test
        void ofAnotherFrontDoorNamesAQueue() {
            assertThat(PeeklockDestination.decode("orders")).isEqualTo(new PeeklockQueue("orders"));
            assertThat(PeeklockDestination.decode("queue:")).isEqualTo(new PeeklockQueue("queue:"));
            assertThat(PeeklockDestination.decode("")).isNull();
            assertThat(PeeklockDestination.decode(null)).isNull();
        }
    }

    @Nested
    class Path {

        @Test
        @Tag("W5")
        void ofADeadLetterQueueIsKnownInAnyCase() {
            assertThat(new PeeklockQueue("orders").path()).isEqualTo(EntityPath.queue("orders"));
            assertThat(new PeeklockQueue("orders/$DeadLetterQueue").path())
                    .isEqualTo(EntityPath.queue("orders").deadLetterQueue());
        }
    }

    @Nested
    class OfAnotherProvider {

        @Test
        void becomesOursByItsName() throws JMSException {
            assertThat(PeeklockDestination.from((Queue) () -> "q")).isEqualTo(new PeeklockQueue("q"));
            assertThat(PeeklockDestination.from((Topic) () -> "t")).isEqualTo(new PeeklockTopic("t"));
            assertThat(PeeklockDestination.from(ALL.get(2))).isSameAs(ALL.get(2));
        }

        @Test
        void withoutAKindOrANameIsRefused() {
            Destination neither = new Destination() {};
            assertThatThrownBy(() -> PeeklockDestination.from(neither)).isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> PeeklockDestination.from(null)).isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> PeeklockDestination.from((Queue) () -> null))
                    .isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Nested
    class Temporary {

        @Test
        void isDeletedByItsConnection() throws JMSException {
            List<PeeklockDestination> deleted = new ArrayList<>();
            PeeklockTemporaryQueue queue = new PeeklockTemporaryQueue("q", deleted::add);
            PeeklockTemporaryTopic topic = new PeeklockTemporaryTopic("t", deleted::add);

            queue.delete();
            topic.delete();

            assertThat(deleted).containsExactly(queue, topic);
            assertThat(queue.isTemporary()).isTrue();
            assertThat(new PeeklockQueue("q").isTemporary()).isFalse();
        }

        @Test
        void whoseConnectionIsNotKnownCannotBeDeleted() {
            assertThatThrownBy(() -> new PeeklockTemporaryQueue("q", null).delete())
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> new PeeklockTemporaryTopic("q", null).delete())
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
