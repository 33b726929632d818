/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.health;

import io.peeklock.spring.boot.HealthCheck;
import io.peeklock.spring.boot.PeeklockAutoConfiguration;
import java.util.List;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * The health of the broker, beside that of the connection factories, where the Actuator is there; {@code
 * management.health.peeklock.enabled} switches it off.
 */
@AutoConfiguration(after = PeeklockAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(HealthCheck.class)
@ConditionalOnEnabledHealthIndicator("peeklock")
public final class PeeklockHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = {"peeklockHealthIndicator", "peeklockHealthContributor"})
    HealthIndicator peeklockHealthIndicator(List<HealthCheck> checks) {
        return new AbstractHealthIndicator("Peeklock's health cannot be looked at") {
            @Override
            protected void doHealthCheck(Health.Builder builder) {
                HealthCheck.Outcome outcome = HealthCheck.Outcome.of(checks);
                (outcome.up() ? builder.up() : builder.down()).withDetails(outcome.details());
            }
        };
    }
}
