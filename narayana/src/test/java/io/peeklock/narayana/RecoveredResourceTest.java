/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.peeklock.narayana.RecoveredResource.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Narayana's recovery is given of one resource that is open, closed, or held elsewhere.
 *
 * <p>Not thread safe.
 */
final class RecoveredResourceTest {

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean held = new AtomicBoolean();
    private final AtomicInteger openings = new AtomicInteger();
    private RecoveredResource recovered;

    @BeforeEach
    void create() {
        FileStoreSource source = new FileStoreSource("words", new FileStore(directory), () -> {
            openings.incrementAndGet();
            return held.get();
        });
        recovered = new RecoveredResource(source, null, nanos::get);
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Nested
    class OfAnOpenResource {

        @Test
        void isTheSameObjectInEveryScan() {
            XAResource[] first = recovered.getXAResources();
            assertThat(first).hasSize(1);
            passes(Duration.ofMinutes(2));
            assertThat(recovered.getXAResources()[0]).isSameAs(first[0]);
            assertThat(openings).hasValue(1);
        }

        @Test
        void hasTheNameOfItsLogEntries() {
            assertThat(recovered.getXAResources())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            NamedResource.class,
                            resource -> assertThat(resource.getJndiName()).isEqualTo("words"));
        }

        @Test
        void remembersWhenItWasAsked() {
            assertThat(recovered.status()).isEqualTo(new Status("the files words", null, null));
            recovered.getXAResources();
            passes(Duration.ofSeconds(7));
            assertThat(recovered.status()).isEqualTo(new Status("the files words", Duration.ofSeconds(7), null));
        }
    }

    @Nested
    class OfOneThatIsHeldElsewhere {

        @Test
        void isNothingRatherThanSomethingThatFails() {
            held.set(true);
            assertThat(recovered.getXAResources()).isEmpty();
            assertThat(recovered.status().failure()).isEqualTo("it cannot be opened: words is held by process 1");
        }

        @Test
        void isTriedOnceAScanHoweverOftenItIsAskedFor() {
            held.set(true);
            recovered.getXAResources();
            recovered.getXAResources();
            assertThat(openings).hasValue(1);
            passes(Duration.ofSeconds(1));
            recovered.getXAResources();
            assertThat(openings).hasValue(2);
        }

        @Test
        void isGivenOnceItIsFree() {
            held.set(true);
            recovered.open();
            held.set(false);
            passes(Duration.ofSeconds(1));
            assertThat(recovered.getXAResources()).hasSize(1);
            assertThat(recovered.status().failure()).isNull();
        }
    }

    @Nested
    class OfOneWhoseListCannotBeHad {

        @Test
        void saysSoUntilAScanSucceeds() throws Exception {
            XAResource resource = recovered.getXAResources()[0];
            Path prepared = directory.resolve("prepared");
            Files.delete(prepared);
            assertThatExceptionOfType(XAException.class).isThrownBy(() -> resource.recover(XAResource.TMSTARTRSCAN));
            assertThat(recovered.status().failure()).startsWith("its list of branches in doubt cannot be had");
            Files.createDirectory(prepared);
            assertThat(resource.recover(XAResource.TMSTARTRSCAN)).isEmpty();
            assertThat(recovered.status().failure()).isNull();
        }

        @Test
        void isOpenedAnewIfItsSourceSaysSo() throws Exception {
            XAResource resource = recovered.getXAResources()[0];
            Files.delete(directory.resolve("prepared"));
            assertThatExceptionOfType(XAException.class).isThrownBy(() -> resource.recover(XAResource.TMSTARTRSCAN));
            passes(Duration.ofSeconds(1));
            assertThat(recovered.getXAResources()[0]).isNotSameAs(resource);
            assertThat(openings).hasValue(2);
        }
    }

    @Nested
    class AwaitingAScan {

        private boolean isOver() throws InterruptedException {
            return recovered.awaitScan(Duration.ZERO);
        }

        @Test
        void endsWhenTheListWasHeard() throws Exception {
            XAResource resource = recovered.getXAResources()[0];
            assertThat(isOver()).isFalse();
            resource.recover(XAResource.TMSTARTRSCAN);
            assertThat(isOver()).isTrue();
        }

        @Test
        void endsWhenItWasHeardThatThereIsNone() throws Exception {
            XAResource resource = recovered.getXAResources()[0];
            Files.delete(directory.resolve("prepared"));
            assertThatExceptionOfType(XAException.class).isThrownBy(() -> resource.recover(XAResource.TMSTARTRSCAN));
            assertThat(isOver()).isTrue();
        }

        @Test
        void endsWhenThereIsNobodyToAsk() throws Exception {
            held.set(true);
            recovered.getXAResources();
            assertThat(isOver()).isTrue();
        }

        @Test
        void isNotEndedByOthersWhoAsk() throws Exception {
            recovered.inDoubt();
            assertThat(isOver()).isFalse();
        }
    }

    @Nested
    class Closed {

        @Test
        void givesNothingAndOpensNothing() {
            recovered.close();
            assertThat(recovered.getXAResources()).isEmpty();
            recovered.open();
            assertThat(openings).hasValue(0);
        }
    }
}
